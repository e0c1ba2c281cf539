{%- if timezone_rule %}
{%- set offset = timezone_rule.offset_minutes %}
{%- set minutes = offset|abs % 60 %}
local_time.time_zone = {{ '-' if offset < 0 else '+' }}{{ offset|abs // 60 }}{% if minutes %}:{{ minutes }}{% endif %}
{%- if timezone_rule.dst %}
{%- set start = timezone_rule.dst.start %}
{%- set end = timezone_rule.dst.end %}
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = {{ start.month }}/{{ start.week }}/{{ start.weekday }}/{{ start.time_minutes // 60 }}
local_time.end_time = {{ end.month }}/{{ end.week }}/{{ end.weekday }}/{{ end.time_minutes // 60 }}
local_time.offset_time = {{ timezone_rule.dst.save_minutes }}
{%- else %}
local_time.summer_time = 0
{%- endif %}
{%- endif %}
