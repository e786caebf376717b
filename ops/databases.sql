-- For docker-compose.yml only: one database per service and one for the gateways, made when the PostgreSQL container first starts.
CREATE DATABASE articles;
CREATE DATABASE comments;
CREATE DATABASE currency_rates;
CREATE DATABASE feedback;
CREATE DATABASE gateway;
