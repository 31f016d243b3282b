{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImVhcmx5LWFycmVhcnMiLCAiZGlnZXN0IjogeyJzaGEyNTYiOiAiNzFmMTliZmE1MTYwZTUwMWRmODIxNDBkMjFhZDE3OWZhOWMwMTdiYmYzNWY4ZmViNDJlZDNhMDJiNzFhMGZjNSJ9fV0sICJwcmVkaWNhdGVUeXBlIjogImh0dHBzOi8vbW9kZWxfc2lnbmluZy9zaWduYXR1cmUvdjEuMCIsICJwcmVkaWNhdGUiOiB7InJlc291cmNlcyI6IFt7Im5hbWUiOiAiLiIsICJhbGdvcml0aG0iOiAic2hhMjU2IiwgImRpZ2VzdCI6ICI0MTNhYTllZjIwZGZlNjY4OTUzODgyOTEzZTE3YWFjMDg0ZDRkZWZjMjEzODRkZTI0NzhmNzhhOWMzMGU4ZWMwIn1dLCAic2VyaWFsaXphdGlvbiI6IHsiaGFzaF90eXBlIjogInNoYTI1NiIsICJhbGxvd19zeW1saW5rcyI6IGZhbHNlLCAiaWdub3JlX3BhdGhzIjogWyIuZ2l0IiwgIi5naXRodWIiLCAiLmdpdGF0dHJpYnV0ZXMiLCAiLmdpdGlnbm9yZSJdLCAibWV0aG9kIjogImZpbGVzIn19fQ==",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEQCIHSjJH8GlMbYRHlA8AGUvIQKGVsIV3BhRJQ0x6reBmgpAiAXr2D9FhONm5E6YKR1kawCWJ3rE/IurEfe+N5/mKtvwg==",
    "keyid": ""
   }
  ]
 }
}
