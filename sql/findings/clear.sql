-- Forget what the detectors found; what persons said of clusters stays. For history that is detected afresh.
DELETE FROM surges;
DELETE FROM drops;
DELETE FROM insistent_accounts;
DELETE FROM odd_targets;
DELETE FROM mentions_left_out;
DELETE FROM clusters;
DELETE FROM cluster_members;
DELETE FROM cluster_edges;
DELETE FROM cluster_targets;
DELETE FROM cluster_history;
DELETE FROM detection_progress
