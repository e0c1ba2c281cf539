  <router-configuration>
    <WAN_VLAN_Setting>
      <WAN_VLAN_Enable>{{ 1 if vlan_enabled else 0 }}</WAN_VLAN_Enable>
{%- if vlan_enabled %}
      <WAN_VLAN_ID>{{ vlan_id }}</WAN_VLAN_ID>
{%- endif %}
    </WAN_VLAN_Setting>
    <Web_Management>
      <Web_Login_Admin_Name>{{ (admin_username or 'admin')|exact }}</Web_Login_Admin_Name>
      <Web_Login_Admin_Password>{{ (admin_password or 'admin')|exact }}</Web_Login_Admin_Password>
      <Web_Login_Guest_Name>{{ (user_username or 'user')|exact }}</Web_Login_Guest_Name>
      <Web_Login_Guest_Password>{{ (user_password or 'user')|exact }}</Web_Login_Guest_Password>
    </Web_Management>
  </router-configuration>
