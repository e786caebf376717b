-- For docker-compose.yml only: one database per service, made when the PostgreSQL container first starts.
CREATE DATABASE articles;
CREATE DATABASE comments;
CREATE DATABASE currency_rates;
CREATE DATABASE feedback;
