{
 "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 "verificationMaterial": {
  "publicKey": {
   "hint": "41c3b6cd4a1dc2c180cf4699cb298c54c50b5dd9669944242e8861e60b1d200a"
  },
  "tlogEntries": []
 },
 "dsseEnvelope": {
  "payload": "eyJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwgInN1YmplY3QiOiBbeyJuYW1lIjogImFscGVuY29tcHV0ZSIsICJkaWdlc3QiOiB7InNoYTI1NiI6ICIyZDhlNDFhMmYzNDU5ZDFlYzAzMGM4YzQwZGY3NjhmOTdlZGRmZjIxOTEzYWI4YWFmODY5YzgyMmQ3NGYxNTRjIn19XSwgInByZWRpY2F0ZVR5cGUiOiAiaHR0cHM6Ly9tb2RlbF9zaWduaW5nL3NpZ25hdHVyZS92MS4wIiwgInByZWRpY2F0ZSI6IHsicmVzb3VyY2VzIjogW3sibmFtZSI6ICIuIiwgImFsZ29yaXRobSI6ICJzaGEyNTYiLCAiZGlnZXN0IjogIjcwNjZmOGNhZjhlZDA5NjU0YzhmMTdlN2QzYmE0Yzg5ODllZmEwOTFiMGZiMWYxOGFiYTc1ODA4YmEwNTBhZDEifV0sICJzZXJpYWxpemF0aW9uIjogeyJoYXNoX3R5cGUiOiAic2hhMjU2IiwgImFsbG93X3N5bWxpbmtzIjogZmFsc2UsICJpZ25vcmVfcGF0aHMiOiBbIi5naXQiLCAiLmdpdGh1YiIsICIuZ2l0YXR0cmlidXRlcyIsICIuZ2l0aWdub3JlIl0sICJtZXRob2QiOiAiZmlsZXMifX19",
  "payloadType": "application/vnd.in-toto+json",
  "signatures": [
   {
    "sig": "MEUCIQD+PqF3Nu90E77sW/kROBFyqZQUR/KG+cxsTJEotyKzDgIgIH0OGuyfov5nPXcxXdcdSndK0KRyTnwwjCnDdb2yjag=",
    "keyid": ""
   }
  ]
 }
}
