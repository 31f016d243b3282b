{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImFmZm9yZGFiaWxpdHktc2NvcmVyIiwgImRpZ2VzdCI6IHsic2hhMjU2IjogIjg4NzhkM2JjNGI4MjZkNDgzZDViOTk0NGZiYjRkNWM0Mzc0NDc3NWJjMmM5MTIzOTZlYTg3NzE2ZDJiYWNlZTgifX1dLCAicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLCAicHJlZGljYXRlIjogeyJyZXNvdXJjZXMiOiBbeyJuYW1lIjogIi4iLCAiYWxnb3JpdGhtIjogInNoYTI1NiIsICJkaWdlc3QiOiAiZmRmNTQ4OWRlODAyNTUyMjgzYmE5YzRkOGVjODZhNDA5MGIwMWFhZjYyZDRhY2RhMDFkMWQzMjM2MjY1NGUzOSJ9XSwgInNlcmlhbGl6YXRpb24iOiB7Imhhc2hfdHlwZSI6ICJzaGEyNTYiLCAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwgImlnbm9yZV9wYXRocyI6IFsiLmdpdCIsICIuZ2l0aHViIiwgIi5naXRhdHRyaWJ1dGVzIiwgIi5naXRpZ25vcmUiXSwgIm1ldGhvZCI6ICJmaWxlcyJ9fX0=",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEUCID6WXLDtIIwDDJ2DiJvm2hRFpfxImTpfYzMy1zww2zUBAiEA5PFHTbzQH9Uc/Y8RznzQNCJcl638x/krx6rgI29Jn6Q=",
    "keyid": ""
   }
  ]
 }
}
