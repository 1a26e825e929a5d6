"""What Fieldpost says: catalogues, and the functions that turn facts into messages. Escaping lives here only."""
