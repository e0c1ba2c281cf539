import type { OptionTable } from './option.ts'

/** What is read once, when Asterisk starts (`type=system`). Names, types and defaults are those of Asterisk 22.10. */
export const systemOptions: OptionTable = {
  accept_multiple_sdp_answers: { type: 'boolean', default: 'no' },
  compact_headers: { type: 'boolean', default: 'no' },
  disable_rport: { type: 'boolean', default: 'no' },
  disable_tcp_switch: { type: 'boolean', default: 'yes' },
  follow_early_media_fork: { type: 'boolean', default: 'yes' },
  taskpool_auto_increment: { type: 'integer', default: '1', min: 0 },
  taskpool_idle_timeout: { type: 'integer', default: '60', min: 0 },
  taskpool_initial_size: { type: 'integer', default: '4', min: 0 },
  taskpool_max_size: { type: 'integer', default: '50', min: 0 },
  taskpool_minimum_size: { type: 'integer', default: '4', min: 0 },
  threadpool_auto_increment: { type: 'integer', default: '1', min: 0 },
  threadpool_idle_timeout: { type: 'integer', default: '60', min: 0 },
  threadpool_initial_size: { type: 'integer', default: '4', min: 0 },
  threadpool_max_size: { type: 'integer', default: '50', min: 0 },
  timer_b: { type: 'integer', default: '32000', min: 0 },
  timer_t1: { type: 'integer', default: '500', min: 0 },
}
