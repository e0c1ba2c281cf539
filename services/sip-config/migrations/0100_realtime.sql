-- What an Asterisk with the profile `realtime` reads by itself: an object a row, an option a column (res_config_pgsql). Text
-- throughout: Asterisk reads nothing else, and empty means its default. Rows are derived from configurations, of all
-- tenants, and hold passwords as Asterisk needs them: the role that Asterisk logs in with may read these four and nothing else.

create table ps_endpoints (
  id text primary key,
  "100rel" text, "accept_multiple_sdp_answers" text, "accountcode" text, "acl" text, "aggregate_mwi" text,
  "allow" text, "allow_overlap" text, "allow_subscribe" text, "allow_transfer" text,
  "allow_unauthenticated_options" text, "aors" text, "asymmetric_rtp_codec" text, "auth" text,
  "bind_rtp_to_media_address" text, "bundle" text, "call_group" text, "callerid" text, "callerid_privacy" text,
  "callerid_tag" text, "codec_prefs_incoming_answer" text, "codec_prefs_incoming_offer" text,
  "codec_prefs_outgoing_answer" text, "codec_prefs_outgoing_offer" text, "connected_line_method" text,
  "contact_acl" text, "contact_deny" text, "contact_permit" text, "contact_user" text, "context" text,
  "cos_audio" text, "cos_video" text, "deny" text, "device_state_busy_at" text, "direct_media" text,
  "direct_media_glare_mitigation" text, "direct_media_method" text, "disable_direct_media_on_nat" text,
  "disallow" text, "dtls_auto_generate_cert" text, "dtls_ca_file" text, "dtls_ca_path" text,
  "dtls_cert_file" text, "dtls_cipher" text, "dtls_fingerprint" text, "dtls_private_key" text, "dtls_rekey" text,
  "dtls_setup" text, "dtls_verify" text, "dtmf_mode" text, "fax_detect" text, "fax_detect_timeout" text,
  "follow_early_media_fork" text, "follow_redirect_methods" text, "force_avp" text, "force_rport" text,
  "from_domain" text, "from_user" text, "g726_non_standard" text, "geoloc_incoming_call_profile" text,
  "geoloc_outgoing_call_profile" text, "ice_support" text, "identify_by" text, "ignore_183_without_sdp" text,
  "inband_progress" text, "incoming_call_offer_pref" text, "incoming_mwi_mailbox" text, "language" text,
  "mailboxes" text, "max_audio_streams" text, "max_video_streams" text, "media_address" text,
  "media_encryption" text, "media_encryption_optimistic" text, "media_use_received_transport" text,
  "message_context" text, "moh_passthrough" text, "moh_suggest" text, "mwi_from_user" text,
  "mwi_subscribe_replaces_unsolicited" text, "named_call_group" text, "named_pickup_group" text,
  "notify_early_inuse_ringing" text, "one_touch_recording" text, "outbound_auth" text, "outbound_proxy" text,
  "outgoing_call_offer_pref" text, "overlap_context" text, "permit" text, "pickup_group" text,
  "preferred_codec_only" text, "record_off_feature" text, "record_on_feature" text, "redirect_method" text,
  "refer_blind_progress" text, "rewrite_contact" text, "rpid_immediate" text, "rtcp_mux" text, "rtp_engine" text,
  "rtp_ipv6" text, "rtp_keepalive" text, "rtp_port_end" text, "rtp_port_start" text, "rtp_symmetric" text,
  "rtp_timeout" text, "rtp_timeout_hold" text, "sdp_owner" text, "sdp_session" text, "security_mechanisms" text,
  "security_negotiation" text, "send_aoc" text, "send_connected_line" text, "send_diversion" text,
  "send_history_info" text, "send_pai" text, "send_rpid" text, "set_var" text, "srtp_tag_32" text,
  "stir_shaken_profile" text, "sub_min_expiry" text, "subscribe_context" text, "suppress_moh_on_sendonly" text,
  "suppress_q850_reason_headers" text, "t38_bind_udptl_to_media_address" text, "t38_udptl" text,
  "t38_udptl_ec" text, "t38_udptl_ipv6" text, "t38_udptl_maxdatagram" text, "t38_udptl_nat" text, "tenantid" text,
  "timers" text, "timers_min_se" text, "timers_sess_expires" text, "tone_zone" text, "tos_audio" text,
  "tos_video" text, "transport" text, "trust_connected_line" text, "trust_id_inbound" text,
  "trust_id_outbound" text, "use_avpf" text, "use_ptime" text, "user_eq_phone" text, "voicemail_extension" text,
  "webrtc" text,
  -- Which version of the object this is. Asterisk keeps names with @ and ignores them.
  "@strowger" text not null
);

create table ps_auths (
  id text primary key,
  "auth_type" text, "md5_cred" text, "nonce_lifetime" text, "oauth_clientid" text, "oauth_secret" text,
  "password" text, "password_digest" text, "realm" text, "refresh_token" text, "supported_algorithms_uac" text,
  "supported_algorithms_uas" text, "username" text,
  -- Which version of the object this is. Asterisk keeps names with @ and ignores them.
  "@strowger" text not null
);

create table ps_aors (
  id text primary key,
  "authenticate_qualify" text, "contact" text, "default_expiration" text, "mailboxes" text, "max_contacts" text,
  "maximum_expiration" text, "minimum_expiration" text, "outbound_proxy" text, "qualify_2xx_only" text,
  "qualify_frequency" text, "qualify_timeout" text, "remove_existing" text, "remove_unavailable" text,
  "support_path" text, "voicemail_extension" text,
  -- Which version of the object this is. Asterisk keeps names with @ and ignores them.
  "@strowger" text not null
);

create table ps_endpoint_id_ips (
  id text primary key,
  "endpoint" text, "match" text, "match_header" text, "match_request_uri" text, "srv_lookups" text,
  -- Which version of the object this is. Asterisk keeps names with @ and ignores them.
  "@strowger" text not null
);
