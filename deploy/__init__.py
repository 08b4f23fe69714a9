"""What a deployment needs beside the package itself. Not part of the wheel."""
