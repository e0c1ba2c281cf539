{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- set dialect = tables.dialect %}
{%- set facts = (model.variables if model else none) or {} %}
{%- set accounts = model.lines if model else 16 %}
{%- set keys = model.keys if model else 0 %}
{%- macro set_(name, text) %}
{{ name }} = {{ text|value if text else '%NULL%' }}
{%- endmacro %}
{%- set spoken = locale.split('_')[0] if locale else none %}
{%- set language = tables.languages[locale] or tables.languages[spoken] if locale else none %}
{%- if language %}
{%- set XX_lang = language %}
{%- endif %}
{%- set tone = tables.tones[locale.split('_')[1]] if locale else none %}
{%- if tone %}
{%- set XX_country = tone %}
{%- endif %}
{%- set handset_language = tables.handsetLanguages[spoken] if spoken else none %}
{%- if handset_language is number %}
{%- set XX_handset_lang = handset_language|string %}
{%- endif %}
{#- Firmware does not come with this plugin: the name is that of a file for this model alone, and handsets have none. -#}
{%- set XX_fw_filename = device.model ~ '-' ~ model.firmware[0] ~ '.rom' if model and model.firmware else '' %}
{%- set XX_handset_fw = '' %}
{%- set XX_handsets_fw = {} %}
{%- set XX_sip_transport = tables.transports[sip_transport or 'udp']|string %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time-zone.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{%- set tells %}{% include 'dnd-url.tpl' %}{% endset %}
{%- if tells %}
{%- set XX_wazo_phoned_user_service_dnd_enabled_url = tells ~ 'enable' %}
{%- set XX_wazo_phoned_user_service_dnd_disabled_url = tells ~ 'disable' %}
{%- endif %}
{%- set XX_fkeys|trim %}{% include 'keys.tpl' %}{% endset %}
{#- Every account of the model, None for those without a line. -#}
{%- set XX_sip_lines = {} %}
{%- for number in range(1, accounts + 1) %}
{%- set _ = XX_sip_lines.update({number|string: sip_lines[number|string] or none}) %}
{%- endfor %}
{#- One template of servers for each proxy. -#}
{%- set XX_templates = {} %}
{%- for number, line in sip_lines|dictsort if line %}
{%- set dtmf = tables.dtmf[line.dtmf_mode] %}
{%- if dtmf is number %}{% set _ = line.update({'XX_dtmf_type': dtmf|string}) %}{% endif %}
{%- set at = (line.proxy_ip, line.proxy_port) %}
{%- if at not in XX_templates %}
{%- set template = {'id': XX_templates|length + 1} %}
{%- for name in ['proxy_ip', 'proxy_port', 'backup_proxy_ip', 'backup_proxy_port'] if line[name] is defined %}
{%- set _ = template.update({name: line[name]}) %}
{%- endfor %}
{%- set _ = XX_templates.update({at: template}) %}
{%- endif %}
{%- set _ = line.update({'XX_line_no': number|int, 'XX_template_id': XX_templates[at].id}) %}
{%- endfor %}
