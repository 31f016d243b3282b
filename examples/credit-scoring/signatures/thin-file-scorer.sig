{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogInRoaW4tZmlsZS1zY29yZXIiLCAiZGlnZXN0IjogeyJzaGEyNTYiOiAiMGIxZWY0ZDU5N2YzMzdhNWQwNGQ1MmM1YjEyMTBkNjNhM2RlM2E3Y2IwYjYwOWVjYmIyMjhlMTFiYmRlNmRkYyJ9fV0sICJwcmVkaWNhdGVUeXBlIjogImh0dHBzOi8vbW9kZWxfc2lnbmluZy9zaWduYXR1cmUvdjEuMCIsICJwcmVkaWNhdGUiOiB7InJlc291cmNlcyI6IFt7Im5hbWUiOiAiLiIsICJhbGdvcml0aG0iOiAic2hhMjU2IiwgImRpZ2VzdCI6ICJiN2NmMDdjYjc3YWQ0NmZkZGFiNDZlMjM3NjE2NDNmOGZhY2YyNDdjNGIxYzRmZjM2MTkzYWFiZTZkZGVlYTc3In1dLCAic2VyaWFsaXphdGlvbiI6IHsiaGFzaF90eXBlIjogInNoYTI1NiIsICJhbGxvd19zeW1saW5rcyI6IGZhbHNlLCAiaWdub3JlX3BhdGhzIjogWyIuZ2l0IiwgIi5naXRodWIiLCAiLmdpdGF0dHJpYnV0ZXMiLCAiLmdpdGlnbm9yZSJdLCAibWV0aG9kIjogImZpbGVzIn19fQ==",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEUCIDrhx4Dz7TmNWZaC4JGM34E6D0H6/wjTj7Qs6d/SD+bFAiEAp6aIUTN/XM2o8HNahPJ0N3FtGsavEQayH2ePmZgxYpw=",
    "keyid": ""
   }
  ]
 }
}
