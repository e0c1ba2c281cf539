{%- macro change(day) -%}
{{ '%02d.%02d.%02d %02d:%02d:00'|format(day.month, day.week, day.weekday, day.time_minutes // 60, day.time_minutes % 60) }}
{%- endmacro %}
{%- if timezone_rule %}
{%- set zone = tables.timezones[timezone] %}
{%- if zone %}{{ set_('timezone', zone) }}{% endif %}
    <utc_offset perm="R">{{ timezone_rule.offset_minutes * 60 }}</utc_offset>
{%- set dst = timezone_rule.dst %}
{{- set_('dst', dst.save_minutes * 60 ~ ' ' ~ change(dst.start) ~ ' ' ~ change(dst.end) if dst else '0') }}
{%- endif %}
