  <DNS_Server_Order>{{ 'Manual,DHCP' if dns_enabled else 'DHCP' }}</DNS_Server_Order>
  <Primary_DNS>{{ (dns_ip or '')|value if dns_enabled else '' }}</Primary_DNS>
  <Primary_NTP_Server>{{ (ntp_ip or '')|value if ntp_enabled else '' }}</Primary_NTP_Server>
  <Syslog_Server>{% if syslog_enabled %}{{ (syslog_ip or '')|value }}:{{ syslog_port }}{% endif %}</Syslog_Server>
