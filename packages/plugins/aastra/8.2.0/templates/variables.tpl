{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- set spoken = (locale or 'en').split('_')[0] %}
{%- set words = tables.words[spoken] or tables.words.en %}
{%- set XX_dict = {
  'dnd': words.dnd,
  'fwd_unconditional': words.forward,
  'voicemail': words.voicemail,
  'pickup_call': words.pickup,
  'remote_directory': words.directory,
  'local_directory': words.directory,
  'callers': words.callers,
  'services': words.services
} %}
{%- set XX_language_path = tables.languageFolder %}
{%- set language = tables.languages[locale] or tables.languages[spoken] if locale else none %}
{%- if language %}
{%- set XX_locale = (language[0], tables.tones[locale.split('_')[1]] or '', language[1]) %}
{%- endif %}
{%- set XX_log_level = tables.syslogLevels[syslog_level or 'warning']|string %}
{%- set XX_transport_proto = tables.transports[sip_transport or 'udp']|string %}
{%- if sip_dtmf_mode %}
{%- set XX_out_of_band_dtmf = tables.dtmf[sip_dtmf_mode][0]|string %}
{%- set XX_dtmf_method = tables.dtmf[sip_dtmf_mode][1]|string %}
{%- endif %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time-zone.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{%- set XX_fkeys|trim %}{% include 'keys.tpl' %}{% endset %}
{%- set park %}{% include 'park.tpl' %}{% endset %}
{%- set park = park or exten_park %}
{%- if park %}
{%- set XX_parking|trim %}
{%- for number, line in sip_lines|dictsort if line and (not model or number|int <= model.lines) %}
{%- set account = 'sip line' ~ number %}{% include 'park-pickup.tpl' %}
{%- endfor %}
{%- endset %}
{%- endif %}
{%- for line in sip_lines.values() if line %}
{%- set dtmf = tables.dtmf[line.dtmf_mode] %}
{%- if dtmf %}{% set _ = line.update({'XX_dtmf_method': dtmf[1]|string}) %}{% endif %}
{%- set _ = line.update({'XX_srtp_mode': tables.srtp[line.srtp_mode or 'disabled']|string}) %}
{%- endfor %}
