export const usage = `parley-gateway: one endpoint for every model

  parley-gateway start     serve it (127.0.0.1:8081 unless told)
      --host HOST          address to listen on; beyond this machine only with keys
      --port PORT          0 takes a free one
      --workers N          N processes share the port (auto: one less than the processors)
      --cluster            the same as --workers auto
  parley-gateway check     read the configuration and show it, secrets masked
  parley-gateway key       make a key, and its SHA-256 for gateway.yaml
  parley-gateway -v, --version
  parley-gateway -h, --help

  --config FILE            instead of gateway.yaml in the working directory
  --docs DIRECTORY         the folder with README.md and docs/ that the built-in guide answers from

Settings come from flags, gateway.yaml, the environment and .env in the working directory, in this order of precedence;
the README lists them. A changed file is read again while the gateway runs, and so it is at SIGHUP.`;
