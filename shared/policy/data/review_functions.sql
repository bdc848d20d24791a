-- Writes the reviewed list of PostgreSQL's own functions (functions.tsv) from a server's pg_proc:
--   psql -X -q -At -F $'\t' -f review_functions.sql > functions.tsv
-- One line per name; a name is as unsafe as its most unsafe overload. The first rule that matches decides.
-- What the classes mean, and why each is allowed or refused, stands in classes.tsv.
\pset footer off
WITH proc AS (
  SELECT p.proname::text AS name,
         bool_or(p.provolatile = 'v') AS volatile,
         bool_or(p.provolatile = 's') AS stable,
         bool_or(p.prokind IN ('a', 'w')) AS aggregate,
         bool_or(p.prosecdef OR p.prokind = 'p') AS special,
         bool_or(p.prorettype IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'event_trigger'::regtype,
                                  'fdw_handler'::regtype, 'index_am_handler'::regtype, 'table_am_handler'::regtype,
                                  'tsm_handler'::regtype, 'language_handler'::regtype)
                 OR 'internal'::regtype = ANY (p.proargtypes::oid[]) OR 'cstring'::regtype = ANY (p.proargtypes::oid[]))
           AS plumbing
    FROM pg_proc p
   WHERE p.pronamespace = 'pg_catalog'::regnamespace
   GROUP BY p.proname
)
SELECT name, CASE
  -- allowed although their neighbours are not, each read one by one: they compute on what they are given, or tell what
  -- the transaction itself is, without taking a transaction id
  WHEN name IN ('pg_wal_lsn_diff', 'pg_collation_actual_version', 'txid_snapshot_xip', 'txid_snapshot_xmin', 'txid_snapshot_xmax',
                'txid_visible_in_snapshot', 'satisfies_hash_partition') THEN 'pure'
  WHEN name IN ('pg_index_column_has_property', 'pg_is_other_temp_schema', 'pg_my_temp_schema', 'pg_statistics_obj_is_visible',
                'pg_extension_update_paths', 'pg_get_catalog_foreign_keys', 'pg_get_object_address', 'pg_current_snapshot',
                'txid_current_snapshot', 'pg_jit_available') THEN 'stable'
  -- one overload was called volatile before 15
  WHEN name = 'timezone' THEN 'stable'
  -- steps of aggregates and indexes, in some versions with arguments that a statement could give
  WHEN name IN ('interval_avg', 'gist_translate_cmptype_common') THEN 'plumbing'
  -- the binary form of a value
  WHEN name ~ '(_send|[a-z0-9]send)$' AND NOT plumbing AND NOT special AND name !~ '^(pg_|txid_)'
    THEN CASE WHEN stable THEN 'stable' ELSE 'pure' END
  WHEN name = 'current_query' THEN 'chance_and_clock'
  WHEN name = 'pg_sequence_last_value' THEN 'catalogue_reads'
  -- refused, by what they do
  WHEN name ~ '^(query_to_xml|table_to_xml|schema_to_xml|database_to_xml|cursor_to_xml|ts_stat$|ts_rewrite$)' THEN 'runs_text'
  WHEN name ~ '^pg_sleep' THEN 'sleeps'
  WHEN name ~ '^pg_(try_)?advisory_' THEN 'locks'
  WHEN name IN ('nextval', 'setval', 'currval', 'lastval', 'pg_sequence_last_value', 'pg_get_sequence_data', 'pg_nextoid') THEN 'sequences'
  WHEN name IN ('set_config', 'current_setting', 'setseed', 'pg_reload_conf', 'pg_show_all_settings', 'pg_show_all_file_settings',
                'pg_settings_get_flags', 'pg_config', 'pg_conf_load_time', 'show_all_settings', 'pg_hba_file_rules',
                'pg_ident_file_mappings') THEN 'settings'
  WHEN name ~ '^(lo_|lowrite$|loread$|be_lo_)' THEN 'large_objects'
  WHEN name ~ '^pg_(read_|stat_file|ls_|file_|current_logfile|rotate_logfile|logfile|tablespace_(databases|location)|relation_file|filenode|import_)' THEN 'files'
  WHEN name ~ '^pg_(cancel|terminate|log_backend|promote|switch_wal|create_|drop_|copy_|replication|logical|wal_|walfile|backup|start_|stop_|current_wal|last_wal|last_xact|last_committed|get_wal|get_replication|show_replication|is_wal|is_in_|xlog|control_|export|prepared|cursor|prepare|get_publication|get_catalog_foreign|extension_|event_trigger|sync_|clear_|restore_|available_wal|get_multixact|stop_making|collation_actual|database_collation|import_system|rotate|split_walfile|xact_|set_|index_column_has|postmaster|jit_|my_temp|is_other_temp|backend|notification|listening|notify|get_shmem|get_backend|blocking|safe_snapshot|isolation|lock_|get_aios|numa|buffercache|relation_is_updatable_|mcv_list)'
    OR name IN ('pg_notify') THEN 'server'
  WHEN name ~ '^(pg_stat_|pg_stat|inet_(client|server)_)' THEN 'activity'
  WHEN name ~ '^(txid_|pg_current_xact|pg_current_snapshot|binary_upgrade_|currtid|pg_get_object|satisfies_hash|gin_clean|brin_(summarize|desummarize)|suppress_|RI_|unique_key_)' THEN 'internals'
  WHEN plumbing OR special OR name ~ '(_send|_recv|_validator|send)$' OR name = 'amvalidate' THEN 'plumbing'
  -- allowed although volatile, each read one by one
  WHEN name IN ('random', 'random_normal', 'gen_random_uuid', 'clock_timestamp', 'timeofday', 'uuidv4', 'uuidv7', 'array_shuffle', 'array_sample') THEN 'chance_and_clock'
  WHEN name IN ('pg_relation_size', 'pg_total_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_database_size', 'pg_tablespace_size',
                'pg_partition_tree', 'pg_partition_ancestors')
    THEN 'catalogue_reads'
  WHEN volatile THEN 'unreviewed'
  WHEN aggregate THEN 'aggregate'
  WHEN stable THEN 'stable'
  ELSE 'pure' END AS class
FROM proc ORDER BY name COLLATE "C";
