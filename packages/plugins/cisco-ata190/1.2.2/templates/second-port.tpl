<?xml version="1.0" encoding="UTF-8"?>
{%- set line = sip_lines['2'] %}
{% include 'port.tpl' %}
