{%- macro two(number) %}{{ '%02d'|format(number) }}{% endmacro %}
{%- macro clock(minutes) %}{{ minutes // 60 }}:{{ minutes % 60 }}:0{% endmacro %}
{#- The day is the first of the week that is meant, or -1; the weekday, 7 = Sunday, is the next one from there. #}
{%- macro change(at) %}{{ at.month }}/{{ -1 if at.week == 5 else at.week * 7 - 6 }}/{{ at.weekday }}/{{ clock(at.time_minutes) }}{% endmacro %}
{%- if timezone_rule %}
{%- set offset = timezone_rule.offset_minutes %}
{%- set dst = timezone_rule.dst %}
  <Time_Zone>GMT{{ '-' if offset < 0 else '+' }}{{ two(offset|abs // 60) }}:{{ two(offset|abs % 60) }}</Time_Zone>
  <Daylight_Saving_Time_Enable>{{ 'Yes' if dst else 'No' }}</Daylight_Saving_Time_Enable>
{%- if dst %}
  <Daylight_Saving_Time_Rule>start={{ change(dst.start) }};end={{ change(dst.end) }};save={{ clock(dst.save_minutes) }}</Daylight_Saving_Time_Rule>
{%- endif %}
{%- endif %}
