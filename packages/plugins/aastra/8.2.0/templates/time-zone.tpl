{%- if timezone_rule %}
time zone name: Custom
time zone minutes: {{ 0 - timezone_rule.offset_minutes }}
{%- if timezone_rule.dst %}
dst config: 3
dst minutes: {{ timezone_rule.dst.save_minutes }}
{%- for name, change in [['start', timezone_rule.dst.start], ['end', timezone_rule.dst.end]] %}
dst {{ name }} relative date: 1
dst {{ name }} month: {{ change.month }}
dst {{ name }} week: {{ -1 if change.week == 5 else change.week }}
{#- 1 is Sunday for these phones. #}
dst {{ name }} day: {{ change.weekday % 7 + 1 }}
dst {{ name }} hour: {{ change.time_minutes // 60 }}
{%- endfor %}
{%- else %}
dst config: 0
{%- endif %}
{%- endif %}
