# One Dockerfile for all processes: --build-arg PROJECT=services/Articles/Articles.csproj, or gateway/Gateway.csproj.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG PROJECT
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish "$PROJECT" --configuration Release --output /app -p:RestoreLockedMode=true

# The image for two scripts that `docker-compose.yml` runs once: ops/access.sh before the services start, seeds/seed.sh after that.
FROM debian:12-slim AS tools
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl jq openssl postgresql-client \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /platform
COPY platform ./
COPY ops ./ops
COPY seeds ./seeds

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS process
ARG PROJECT
ENV PROJECT=$PROJECT ASPNETCORE_HTTP_PORTS=8080 DOTNET_gcServer=0 DOTNET_GCConserveMemory=5
WORKDIR /app
COPY --from=build /app .
# The portal keeps the keys of its cookies here, and the articles service its pictures. A new volume that is mounted here gets this owner.
RUN mkdir /keys /media && chown $APP_UID /keys /media
USER $APP_UID
EXPOSE 8080
# The image contains no curl, but bash can send a simple HTTP request.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=5 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3; head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["sh", "-c", "exec dotnet \"$(basename \"$PROJECT\" .csproj).dll\""]
