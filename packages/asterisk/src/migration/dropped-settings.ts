/** Settings of chan_sip that become nothing, each with the reason that the report gives. */
const reasons: Readonly<Record<string, string>> = {
  'Asterisk keeps its own objects and contacts now':
    'rtcachefriends rtsavesysname rtsavepath rtupdate rtautoclear ignoreregexpire regseconds ipaddr fullcontact lastms regserver',
  'unknown callers get no account here': 'autocreatepeer allowguest',
  'domains are said as such': 'autodomain allowexternaldomains domainsasrealm',
  'chan_pjsip always does so': 'alwaysauthreject srvlookup dynamic_exclude_static pedantic storesipcause relaxdtmf',
  'chan_pjsip has no such setting':
    'prematuremedia directrtpsetup notifymimetype notifyringing notifyhold notifycid buggymwi mwiexpiry mwi tcpauthtimeout tcpauthlimit dumphistory recordhistory t1min externrefresh matchexternaddrlocally qualifygap qualifypeers disallowed_methods shrinkcallerid rfc2833compensate ignoresdpversion useclientcode ignore_requested_pref discard_remote_hold_retrieval header subscribe_network_change_event uri_parameters_instead send_oli ignore_hold_before_answer refer_addheaders authfailureevents directmediapermit directmediadeny directmediaacl session-refresher textsupport callcounter trunkname transfer vmsecret',
  'the jitter buffer is the dialplan’s: JITTERBUFFER()':
    'jbenable jbforce jbmaxsize jbresyncthreshold jbimpl jbtargetextra jblog',
  'what users.conf made of it is the dialplan’s':
    'hasvoicemail hassip hasiax hasmanager callwaiting threewaycalling hasdirectory hasagent group hash323 linenumber userbase autoprov macaddress label alternateexts',
  'regcontext is set for the whole Asterisk': 'regexten',
  'the names of ciphers differ: set cipher of the transport': 'tlscipher',
  'it is said with t38pt_udptl': 't38pt_usertpsource t38pt_rtp t38pt_tcp',
}

const byKey = new Map(
  Object.entries(reasons).flatMap(([reason, keys]) => keys.split(' ').map((key) => [key, reason] as const)),
)

/** Why a setting becomes nothing; undefined for one that nobody knows. */
export const reasonToDrop = (key: string): string | undefined => byKey.get(key)
