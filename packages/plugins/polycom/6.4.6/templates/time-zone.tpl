{%- if timezone_rule %}
  tcpIpApp.sntp.gmtOffset.overrideDHCP="1"
  tcpIpApp.sntp.gmtOffset="{{ timezone_rule.offset_minutes * 60 }}"
{%- set saving = 'tcpIpApp.sntp.daylightSavings' %}
  {{ saving }}.enable="{{ flag(timezone_rule.dst) }}"
{%- if timezone_rule.dst %}
  {{ saving }}.fixedDayEnable="0"
{%- for name, change in [['start', timezone_rule.dst.start], ['stop', timezone_rule.dst.end]] %}
  {{ saving }}.{{ name }}.month="{{ change.month }}"
{%- if change.week == 5 %}
  {{ saving }}.{{ name }}.dayOfWeek.lastInMonth="1"
{%- else %}
  {{ saving }}.{{ name }}.date="{{ change.week * 7 - 6 }}"
  {{ saving }}.{{ name }}.dayOfWeek.lastInMonth="0"
{%- endif %}
{#- 1 is Sunday for these phones. #}
  {{ saving }}.{{ name }}.dayOfWeek="{{ change.weekday % 7 + 1 }}"
  {{ saving }}.{{ name }}.time="{{ change.time_minutes // 60 }}"
{%- endfor %}
{%- endif %}
{%- endif %}
