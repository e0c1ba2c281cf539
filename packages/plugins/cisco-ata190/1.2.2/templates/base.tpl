<?xml version="1.0" encoding="UTF-8"?>
{%- set port_number %}{% include 'port-number.tpl' %}{% endset %}
{%- set line = sip_lines[port_number] %}
{% include 'port.tpl' %}
