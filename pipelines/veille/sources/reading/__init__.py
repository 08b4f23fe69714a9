"""The one reader of files: from bytes on disk to records, whatever wraps them and however they are written.

`containers` undoes compression and archives, `text` finds the encoding, `json_records` and `tables` cut records,
`values` and `times` say what a cell means. Everything is recognised by content, not by the name of the file.
"""
