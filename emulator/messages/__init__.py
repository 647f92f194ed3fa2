"""The API's messages as pydantic models: which fields there are, and of which type.

Spelled after the `v1beta` discovery document; both camelCase and snake_case come in, as the
SDKs mix them. Ranges and rules between fields are in `emulator/rules.py`.
"""
