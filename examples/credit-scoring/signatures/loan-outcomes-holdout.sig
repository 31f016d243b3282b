{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "32e642c9ebed1928b5647f18674501ec25e115c95d3d8d61dc52309e35f219e5"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImxvYW4tb3V0Y29tZXMtaG9sZG91dCIsICJkaWdlc3QiOiB7InNoYTI1NiI6ICI3NDljOTFhMGI5MmJjYjQ1ZmM5NWE2ZTdjZjJkZjY3NjgyYzE5ZDEwZmNjNmIzMTRmNjhkMGQ4YzU4MzlmYjdlIn19XSwgInByZWRpY2F0ZVR5cGUiOiAiaHR0cHM6Ly9tb2RlbF9zaWduaW5nL3NpZ25hdHVyZS92MS4wIiwgInByZWRpY2F0ZSI6IHsicmVzb3VyY2VzIjogW3sibmFtZSI6ICIuIiwgImFsZ29yaXRobSI6ICJzaGEyNTYiLCAiZGlnZXN0IjogIjlmYjliZmE0Yzc1MWViZTUzOTk5NjE0NGU0YjY2ZmQ4ZGExMGRmYTczYjJiMThlYjc5MWVlYTllYWE1Yjg3MjAifV0sICJzZXJpYWxpemF0aW9uIjogeyJoYXNoX3R5cGUiOiAic2hhMjU2IiwgImFsbG93X3N5bWxpbmtzIjogZmFsc2UsICJpZ25vcmVfcGF0aHMiOiBbIi5naXQiLCAiLmdpdGh1YiIsICIuZ2l0YXR0cmlidXRlcyIsICIuZ2l0aWdub3JlIl0sICJtZXRob2QiOiAiZmlsZXMifX19",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEYCIQC2qzmE/k3+QFB+ESkK/9whh3+bVBMsFWZu7YCSqPCsygIhAON/61q3IU/hauvDWQONdzSuNzX6+EuoWsYoG9dtlR+H",
    "keyid": ""
   }
  ]
 }
}
