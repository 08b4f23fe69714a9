-- Detection over history begins, or no longer covers what there is.
DELETE FROM detected_history
