    <dateTimeSetting>
      <dateTemplate>{{ tables.dateTemplates[locale] or tables.dateTemplates[(locale or 'en').split('_')[0]] or 'D/M/Y' }}</dateTemplate>
{%- if timezone_rule %}
      <timeZone>{% include 'time-zone.tpl' %}</timeZone>
{%- endif %}
{%- if ntp_enabled and ntp_ip %}
      <ntps>
        <ntp>
          <name>{{ ntp_ip|value }}</name>
          <ntpMode>Unicast</ntpMode>
        </ntp>
      </ntps>
{%- endif %}
    </dateTimeSetting>
