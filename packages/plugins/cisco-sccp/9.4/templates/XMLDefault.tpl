<?xml version="1.0" encoding="UTF-8"?>
<Default>
  <callManagerGroup>
    <members>
{%- for priority, manager in sccp_call_managers|dictsort %}
      <member priority="{{ loop.index0 }}">
        <callManager>
          <ports>
            <ethernetPhonePort>{{ manager.port or 2000 }}</ethernetPhonePort>
          </ports>
          <processNodeName>{{ manager.ip|value }}</processNodeName>
        </callManager>
      </member>
{%- endfor %}
    </members>
  </callManagerGroup>
</Default>
