import type { OptionTable } from './option.ts'

/** Where Asterisk listens (`type=transport`). Names, types and defaults are those of Asterisk 22.10. */
export const transportOptions: OptionTable = {
  allow_reload: { type: 'boolean', default: 'no' },
  allow_wildcard_certs: { type: 'boolean', default: 'no' },
  async_operations: { type: 'integer', default: '1', min: 0 },
  bind: { type: 'bind' },
  ca_list_file: { type: 'path' },
  ca_list_path: { type: 'path' },
  cert_file: { type: 'path' },
  cipher: { type: 'names', multiple: true },
  cos: { type: 'integer', default: '0', min: 0 },
  domain: { type: 'text' },
  external_media_address: { type: 'text' },
  external_signaling_address: { type: 'text' },
  external_signaling_port: { type: 'integer', default: '0', min: 0, max: 65535 },
  local_net: { type: 'networks', multiple: true },
  method: {
    type: 'enum',
    default: 'unspecified',
    values: ['default', 'unspecified', 'tlsv1', 'tlsv1_1', 'tlsv1_2', 'tlsv1_3', 'sslv2', 'sslv3', 'sslv23'],
  },
  password: { type: 'text', secret: true },
  priv_key_file: { type: 'path' },
  protocol: { type: 'enum', default: 'udp', values: ['udp', 'tcp', 'tls', 'ws', 'wss', 'flow'] },
  require_client_cert: { type: 'boolean', default: 'no' },
  symmetric_transport: { type: 'boolean', default: 'no' },
  tcp_keepalive_enable: { type: 'boolean', default: 'no' },
  tcp_keepalive_idle_time: { type: 'integer', default: '30' },
  // What Asterisk 22 goes by; its documentation says 10.
  tcp_keepalive_interval_time: { type: 'integer', default: '1' },
  tcp_keepalive_probe_count: { type: 'integer', default: '5' },
  tos: { type: 'tos', default: 'false' },
  verify_client: { type: 'boolean', default: 'no' },
  verify_server: { type: 'boolean', default: 'no' },
  websocket_write_timeout: { type: 'integer', default: '100', min: 1, max: 2147483647 },
}
