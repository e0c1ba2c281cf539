import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloneRoot } from '@strowger/local'

/** What the files of one Asterisk are written from. */
export interface AsteriskFileOptions {
  readonly profile: 'memory' | 'realtime' | 'files'
  readonly sipPort: number
  readonly ariPort: number
  readonly amiPort: number
  readonly secret: string
  /** Where this Asterisk keeps everything, as it sees it. */
  readonly folder: string
  readonly modulesFolder: string
  /** Added to extensions.conf. */
  readonly dialplan: string
  /** For `realtime`. */
  readonly database?: { readonly host: string; readonly port: number; name: string; user: string; password: string }
}

const examples = join(cloneRoot, 'deploy', 'asterisk')
const example = (name: string) => readFileSync(join(examples, name), 'utf8')

/** Only what SIP, ARI, Sorcery, realtime, AGI and CDR need: it starts in half a second. */
const modules = `res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_sorcery_realtime
res_sorcery_memory_cache res_http_websocket res_websocket_client res_pjproject res_pjsip res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_user res_pjsip_endpoint_identifier_ip
res_pjsip_endpoint_identifier_anonymous res_pjsip_registrar res_pjsip_outbound_registration res_pjsip_session
res_pjsip_pubsub res_pjsip_notify res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_nat res_pjsip_path res_pjsip_acl
res_pjsip_rfc3326 res_pjsip_dtmf_info res_pjsip_header_funcs res_pjsip_logger res_rtp_asterisk chan_pjsip codec_ulaw
codec_alaw format_pcm bridge_simple bridge_native_rtp bridge_softmix app_dial app_echo app_playback app_verbose
app_stack res_speech res_agi func_cdr func_callerid func_channel func_global func_sorcery func_pjsip_endpoint
func_pjsip_aor func_pjsip_contact func_logic func_strings func_cut pbx_config res_stasis res_stasis_device_state
res_stasis_playback res_stasis_recording res_stasis_answer res_stasis_snoop res_ari res_ari_model res_ari_asterisk
res_ari_endpoints res_ari_channels res_ari_events cdr_csv cdr_manager`

/** Every configuration file by name: the examples of deploy/asterisk with ports and secrets of a test. */
export function asteriskFiles(options: AsteriskFileOptions): Readonly<Record<string, string>> {
  const { profile, sipPort, ariPort, amiPort, secret, folder, modulesFolder, dialplan, database } = options
  const preloaded = profile === 'realtime' ? 'preload = res_config_pgsql.so\n' : ''
  const loads = modules.split(/\s+/).map((name) => `load = ${name}.so\n`)
  const directories = ['var', 'spool', 'run', 'log', 'etc']
  const [varDir, spoolDir, runDir, logDir, etcDir] = directories.map((name) => `${folder}/${name}`)
  return {
    'asterisk.conf': `[directories]
astetcdir => ${etcDir}
astmoddir => ${modulesFolder}
astvarlibdir => ${varDir}
astdbdir => ${varDir}
astkeydir => ${varDir}
astdatadir => /usr/share/asterisk
astagidir => ${varDir}
astspooldir => ${spoolDir}
astrundir => ${runDir}
astlogdir => ${logDir}
[options]
verbose = 3
nocolor = yes
systemname = test
`,
    'modules.conf': `[modules]\nautoload = no\n${preloaded}${loads.join('')}`,
    'http.conf': example('http.conf').replace('8088', String(ariPort)),
    'ari.conf': example('ari.conf').replace('change-me', secret),
    'manager.conf': example('manager.conf').replace('5038', String(amiPort)).replace('change-me', secret),
    'sorcery.conf': profile === 'files' ? '' : example(`sorcery-${profile}.conf`),
    'pjsip.conf': `${example('pjsip.conf').replace('0.0.0.0:5060', `127.0.0.1:${sipPort}`)}#tryinclude pjsip.d/*.conf\n`,
    'extensions.conf': `[general]\nstatic = yes\nwriteprotect = yes\n${dialplan}`,
    'rtp.conf': '[general]\nrtpstart = 30000\nrtpend = 30999\n',
    'logger.conf':
      '[general]\ndateformat = %F %T.%3q\n[logfiles]\nmessages => notice,warning,error\nfull => notice,warning,error,verbose\n',
    'cdr.conf': example('cdr.conf'),
    'cdr_manager.conf': example('cdr_manager.conf'),
    'indications.conf': '[general]\ncountry=us\n[us]\ndescription=us\nringcadence=2000,4000\ndial=350+440\n',
    ...Object.fromEntries(
      ['acl', 'ccss', 'cel', 'features', 'pjproject', 'udptl', 'stasis', 'pjsip_notify', 'websocket_client'].map(
        (n) => [`${n}.conf`, ''],
      ),
    ),
    ...(database === undefined
      ? {}
      : {
          'extconfig.conf': example('extconfig.conf'),
          'res_pgsql.conf': `[general]
dbhost = ${database.host}
dbport = ${database.port}
dbname = ${database.name}
dbuser = ${database.user}
dbpass = ${database.password}
requirements = warn
`,
        }),
  }
}
