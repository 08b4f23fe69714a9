"""What to do about faults that do not pass by themselves; one line each, the same for every client."""

CREDENTIALS = (
    "the broker refused the credentials; "
    "check kafka.options.sasl_mechanism, sasl_plain_username and sasl_plain_password"
)
MECHANISM = "the broker does not offer this SASL mechanism; check kafka.options.sasl_mechanism"
NO_SASL = "the broker does not use SASL on this port; check kafka.options.security_protocol and the port"
NEEDS_TLS = "the broker requires TLS on this port; set kafka.options.security_protocol to SSL or SASL_SSL"
TLS = (
    "TLS failed ({cause}); check kafka.options.ssl_cafile, ssl_certfile, ssl_keyfile "
    "and the name in the broker's certificate"
)
TOPIC_RIGHTS = "access to a topic is denied; grant READ and DESCRIBE (to produce: WRITE) on the three topics"
GRANT_GROUPS = "grant READ on all groups that start with kafka.group_id (a prefixed right)"
GROUP_RIGHTS = f"access to the consumer group is denied; {GRANT_GROUPS}"
CLUSTER_RIGHTS = "access to the cluster is denied; grant the rights on it"
GROUP_NAME = "kafka.group_id is not a valid group name"
TOPIC_NAME = "a topic's name is not valid; check kafka.mentions_topic and its neighbours"
CODEC = "a library for the messages' compression is missing; install Veille's requirements"
OPTIONS = "kafka.options contradict each other"
TOO_LARGE = "a message is too large for its topic; raise the topic's max.message.bytes, or leave the message out"
TOO_OLD = "the broker is too old"
MAYBE_SECURE = "no answer yet; if the broker requires TLS or SASL, set kafka.options"
NO_TOPIC = (
    "the topic {topic} does not exist; create it (`veille produce --create-topics`), or check its name under [kafka]"
)
