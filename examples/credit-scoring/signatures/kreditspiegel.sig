{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "79c397bdbff9e8a8a1bfd69b2c87376352eea3f6bd82213762cc97f827721dd9"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImtyZWRpdHNwaWVnZWwiLCAiZGlnZXN0IjogeyJzaGEyNTYiOiAiNjdiOGZiMjc5Y2UxNGI4N2E0YjFiNjk2YWNjYzRkNGI2YzY0ZGVmZGZjOTBmNzZkMDYxNTliYWQwNDdlZTUxZiJ9fV0sICJwcmVkaWNhdGVUeXBlIjogImh0dHBzOi8vbW9kZWxfc2lnbmluZy9zaWduYXR1cmUvdjEuMCIsICJwcmVkaWNhdGUiOiB7InJlc291cmNlcyI6IFt7Im5hbWUiOiAiLiIsICJhbGdvcml0aG0iOiAic2hhMjU2IiwgImRpZ2VzdCI6ICI2NWIzYjhkOTZhN2MwMzQ4ODMzMGUwYWJmYWMxNjhkNjg0ODMyNzgyZTllZDcyN2U1YWYwNjkxMWVjNGQ5Njc1In1dLCAic2VyaWFsaXphdGlvbiI6IHsiaGFzaF90eXBlIjogInNoYTI1NiIsICJhbGxvd19zeW1saW5rcyI6IGZhbHNlLCAiaWdub3JlX3BhdGhzIjogWyIuZ2l0IiwgIi5naXRodWIiLCAiLmdpdGF0dHJpYnV0ZXMiLCAiLmdpdGlnbm9yZSJdLCAibWV0aG9kIjogImZpbGVzIn19fQ==",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEUCIExsOUjXR8YzprfcceRXOyfgrP41IIj4BchKpsW896PLAiEAluNZY3xN9Ly+Hxe8n8NSaCJ5jhIlDmGTw2F2lYG6z4E=",
    "keyid": ""
   }
  ]
 }
}
