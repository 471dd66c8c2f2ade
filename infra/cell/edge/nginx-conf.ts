import { PROJECT_SERVICES } from '../../../templates/project-routes.ts';

/** What differs between two edges; all of it is known when the cell is synthesised. */
export interface EdgeSettings {
  readonly port: number;
  /** Projects are reached at `<ref>.<rootDomain>`. */
  readonly rootDomain: string;
  /** A running project has its addresses at `<ref>.<namespace>`. */
  readonly namespace: string;
  readonly projectPort: number;
  /** Seconds a project may stay silent before its request is given up. */
  readonly projectSeconds: number;
  /** DNS server that knows the namespace, `address` or `address:port`. */
  readonly resolver: string;
  /** How long an answer of the resolver is believed: a task that ended gets no request after that. */
  readonly dnsSeconds: number;
  /** Origin of the wake route, without a path: `https://api.example.com`. */
  readonly wakeUrl: string;
  /** Who may say in X-Forwarded-For where a request comes from: the load balancer's network. */
  readonly trustedNetwork: string;
  /** Largest request body, in nginx's notation. */
  readonly maxBody: string;
  /** The only folder that nginx writes to. */
  readonly runDirectory: string;
  readonly accessLog: string;
  readonly certificateAuthorities: string;
}

/** Headers by which a client could pose as a proxy; what of them a project sees is said by the edge alone. */
const FORGEABLE = [
  'Forwarded',
  'Proxy',
  'X-Forwarded-Path',
  'X-Forwarded-Prefix',
  'X-Forwarded-Scheme',
  'X-Forwarded-Server',
  'X-Forwarded-Uri',
  'X-Original-Host',
  'X-Original-Url',
  'X-Rewrite-Url',
] as const;

/** One line per request; the meter reads it. Neither the query string nor a header may enter it: both carry keys. */
const LOG_FIELDS = {
  time: '$time_iso8601',
  ref: '$ref',
  service: '$service',
  method: '$request_method',
  status: '$status',
  /** Request line, headers and body; what a WebSocket's client sends after the upgrade is not in it. */
  bytes_in: '$request_length',
  bytes_out: '$bytes_sent',
  /** Seconds; a WebSocket's line is written when it ends. */
  duration: '$request_time',
  request_id: '$request_id',
  /**
   * Who answered: the `project`; the `wake` route, because no task was there; the edge itself, because the connection
   * `broke` midway, or because the wake route failed and the project stays `asleep`.
   */
  outcome: '$outcome',
} as const;

const NUMERIC: ReadonlySet<string> = new Set(['status', 'bytes_in', 'bytes_out', 'duration']);

const logFormat = `{${Object.entries(LOG_FIELDS)
  .map(([name, value]) => `"${name}":${NUMERIC.has(name) ? value : `"${value}"`}`)
  .join(',')}}`;

const message = (code: string, text: string) => `'${JSON.stringify({ message: text, code })}'`;

/** Comments are for whoever reads them here: the configuration counts towards the template, whose size is limited. */
const COMMENT = /^ *#.*\n/gm;

/** The edge's whole configuration. It never changes while the cell lives: where a project is, DNS says. */
export function nginxConf(edge: EdgeSettings): string {
  const domain = edge.rootDomain.replaceAll('.', String.raw`\.`);
  return `daemon off;
worker_processes auto;
pid ${edge.runDirectory}/nginx.pid;
# Any lower level quotes the request line, and with it the keys in the query string.
error_log stderr emerg;
worker_rlimit_nofile 65536;
# Shorter than the 120 s that Fargate gives a container to stop.
worker_shutdown_timeout 110s;
events { worker_connections 16384; }

http {
  server_tokens off;
  default_type application/json;
  resolver ${edge.resolver} valid=${edge.dnsSeconds}s ipv6=off;
  resolver_timeout 2s;

  set_real_ip_from ${edge.trustedNetwork};
  # The load balancer appends the address it saw; whatever stands before it was sent by the client.
  real_ip_header X-Forwarded-For;
  real_ip_recursive off;

  map $http_upgrade $connection_header { default upgrade; '' ''; }
  # What the meter itself reads of a project counts for nobody.
  map $request_uri $service { default other; "~^/metrics(?:\\?|$)" own; "~^/(?<first>${PROJECT_SERVICES.join('|')})(?:[/?]|$)" $first; }
  # As the client wrote it: $uri is decoded and could carry a line break into a header.
  map $request_uri $path { "~^(?<raw>[^?]*)" $raw; }
  map "$http_apikey$http_authorization$arg_apikey" $has_key { default yes; '' no; }
  # A connection was made, so the project runs and what went wrong is its own answer.
  map "$upstream_connect_time $upstream_status" $broken {
    default '';
    "~^(-[, ]+)*[0-9.]+ .*504$" 504;
    "~^(-[, ]+)*[0-9.]+ " 502;
  }

  log_format meter escape=json '${logFormat}';
  access_log off;

  client_body_temp_path ${edge.runDirectory}/body;
  proxy_temp_path ${edge.runDirectory}/proxy;
  fastcgi_temp_path ${edge.runDirectory}/fastcgi;
  uwsgi_temp_path ${edge.runDirectory}/uwsgi;
  scgi_temp_path ${edge.runDirectory}/scgi;

  client_max_body_size ${edge.maxBody};
  client_header_timeout 15s;
  client_body_timeout 60s;
  send_timeout 60s;
  # Longer than the load balancer's idle timeout, so that it never writes to a connection closed here.
  keepalive_timeout 200s;
  keepalive_requests 10000;
  large_client_header_buffers 4 32k;

  proxy_http_version 1.1;
  # Nothing is held back or written to disk: uploads, downloads and event streams pass as they come.
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_buffer_size 32k;
  proxy_buffers 4 32k;
  proxy_connect_timeout 2s;
  proxy_read_timeout ${edge.projectSeconds}s;
  proxy_send_timeout ${edge.projectSeconds}s;
  proxy_ssl_server_name on;
  proxy_ssl_verify on;
  proxy_ssl_verify_depth 4;
  proxy_ssl_trusted_certificate ${edge.certificateAuthorities};

  server {
    listen ${edge.port} default_server;
    server_name _;
    location = /healthz { return 200 '{"status":"ok"}'; }
    location / { return 404 ${message('not_found', 'There is no project at this address.')}; }
  }

  server {
    listen ${edge.port};
    server_name "~^(?<ref>[a-z]{20})\\.${domain}$";
    access_log ${edge.accessLog} meter;
    set $outcome project;
    # The wake route, asked in place of the project, may fail as well.
    recursive_error_pages on;
    add_header X-Request-Id $request_id always;

    set $upstream $ref.${edge.namespace};
    # What a project is told of who asks; @unreached says what the wake route is told instead.
    proxy_set_header Host $ref.${edge.rootDomain};
    proxy_set_header Connection $connection_header;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Host $ref.${edge.rootDomain};
    proxy_set_header X-Forwarded-Port 443;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Request-Id $request_id;
${FORGEABLE.map((header) => `    proxy_set_header ${header} '';`).join('\n')}

    location / {
      proxy_pass http://$upstream:${edge.projectPort};
      # The wake route alone may send a request elsewhere.
      proxy_ignore_headers X-Accel-Redirect;
      error_page 413 = @too_large;
      error_page 502 504 = @unreached;
    }

    location @too_large {
      return 413 ${message('payload_too_large', `The request body is larger than ${edge.maxBody}.`)};
    }

    location @unreached {
      if ($broken) { set $outcome broke; }
      if ($broken = 504) {
        return 504 ${message('timeout', 'The project did not answer in time.')};
      }
      if ($broken = 502) {
        return 502 ${message('bad_gateway', 'The project closed the connection before it answered.')};
      }
      set $outcome wake;
      error_page 502 504 = @asleep;
      # What is asked for is described; no key, cookie, query or body leaves the edge for the wake route.
      proxy_method GET;
      proxy_pass_request_body off;
      proxy_pass_request_headers off;
      proxy_pass ${edge.wakeUrl}/wake/$ref;
      proxy_set_header Content-Length '';
      proxy_set_header Accept $http_accept;
      proxy_set_header Origin $http_origin;
      proxy_set_header X-Baseplane-Key $has_key;
      proxy_set_header X-Baseplane-Method $request_method;
      proxy_set_header X-Baseplane-Path $path;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Request-Id $request_id;
      # The wake route holds a request for up to 20 s.
      proxy_read_timeout 25s;
    }

    # The wake route sends here what has no body, once its project has come up.
    location @woken {
      set $outcome project;
      proxy_pass http://$upstream:${edge.projectPort};
      proxy_ignore_headers X-Accel-Redirect;
      error_page 502 504 = @asleep;
    }

    location @asleep {
      set $outcome asleep;
      add_header Retry-After 5 always;
      add_header X-Request-Id $request_id always;
      return 503 ${message('project_unreachable', 'The project is not running and could not be woken now.')};
    }
  }
}
`.replaceAll(COMMENT, '');
}

/**
 * Starts nginx from the configuration in its environment, so that the stock image serves with a read-only root.
 * The compiled-in error log is not writable there: it is named before the configuration is read.
 */
export function startNginx(runDirectory: string): readonly [string, string, string] {
  const conf = `${runDirectory}/nginx.conf`;
  return ['sh', '-c', `printf %s "$NGINX_CONF" > ${conf} && exec nginx -e stderr -c ${conf}`];
}
