{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImxvYW4tYXBwbGljYXRpb25zIiwgImRpZ2VzdCI6IHsic2hhMjU2IjogIjU5NGFjNGQ1YTU3MTZhOGNkNTZmNzJjMDc4YzNhM2MxNTg5NjhhMTg4Y2YxOTIzNmNhODhlODc1YTVlMjAzZDAifX1dLCAicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLCAicHJlZGljYXRlIjogeyJyZXNvdXJjZXMiOiBbeyJuYW1lIjogIi4iLCAiYWxnb3JpdGhtIjogInNoYTI1NiIsICJkaWdlc3QiOiAiZjU5NjcyMTYxZTllZGFkZjFhMGU2ODhiMjIxMDNkNTg5YjkzNjVhMGIyYjk3OTdiMGVjZjIyYjRlYTJjZmU4OCJ9XSwgInNlcmlhbGl6YXRpb24iOiB7Imhhc2hfdHlwZSI6ICJzaGEyNTYiLCAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwgImlnbm9yZV9wYXRocyI6IFsiLmdpdCIsICIuZ2l0aHViIiwgIi5naXRhdHRyaWJ1dGVzIiwgIi5naXRpZ25vcmUiXSwgIm1ldGhvZCI6ICJmaWxlcyJ9fX0=",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEUCIH0tkj6Wm3p+7w9k3ENqX1SpTOgAW4xk2stEipxVtCj0AiEA+etZRYdcO+ltNwM5GzFI8mbXJpKVSGgvUxk7WPaD9N4=",
    "keyid": ""
   }
  ]
 }
}
