{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImJ1cmVhdS1yZWNvcmRzIiwgImRpZ2VzdCI6IHsic2hhMjU2IjogIjkwNTQ5NTFhMDZkYzQwY2I4MTRmMDNmN2ExNzlhNDFjYmZhZTJiZjY2NWE3NDdlNzZiNWFjZTk2ZDlkMDUzOTgifX1dLCAicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLCAicHJlZGljYXRlIjogeyJyZXNvdXJjZXMiOiBbeyJuYW1lIjogIi4iLCAiYWxnb3JpdGhtIjogInNoYTI1NiIsICJkaWdlc3QiOiAiMTVlYTdkNWU4OWZkMWM1N2RhNGZiNDYxZWZiNTcxMTM4MGI4YTZmZWVkMWM0YWExMDM1MGM0NjdhMGRkOWU5NSJ9XSwgInNlcmlhbGl6YXRpb24iOiB7Imhhc2hfdHlwZSI6ICJzaGEyNTYiLCAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwgImlnbm9yZV9wYXRocyI6IFsiLmdpdCIsICIuZ2l0aHViIiwgIi5naXRhdHRyaWJ1dGVzIiwgIi5naXRpZ25vcmUiXSwgIm1ldGhvZCI6ICJmaWxlcyJ9fX0=",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEYCIQCJ2jVfsjnUhHL7wrPL6SxSR1Z3lUBYLPBvDvPSHXwARQIhAPAvWBfoonXu3S9rQ6CABwLyIQAQCy+6F7rDmyxHM/ID",
    "keyid": ""
   }
  ]
 }
}
