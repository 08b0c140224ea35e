"""Secrets of all kinds as they stand in the files of a VM: what is written, and the part that nobody may see.

Every secret here was made up, or comes from the format's public documentation. `%1` in a text is the first secret,
`%2` the second.
"""

# ruff: noqa: E501 - a secret is read best on one line
from __future__ import annotations

import base64
from dataclasses import dataclass

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
HALF = "c2VjcmV0S2V5T2ZUaGVCdXMrMTIzNDU2Nzg5MGFiY2Q="
SIG = "aB3%2Bx9Qw7LkZp0Rt5Vn2Ym8Cd4Ef6Gh1Jj%2FKk7Ll9Mm0%3D"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
LAST = "Zm9vYmFyMTIzNDU2Nzg5MA=="
CMS = "MIIB0wYJKoZIhvcNAQcDoIIBxDCCAcACAQIxggFQMIIBTAIBADA0MCAxHjAcBgoJkiaJk/IsZAEZFg5XaW5kb3dzIEF6dXJlIENSUA"
JWT = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL3ZhdWx0In0.Qx7_signature-part_of-it09"
PW = "Zo7!kRw#42xQv"
WORD = "Trub4dor-und-3-Katzen"
GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
SCRIPT = base64.b64encode(b"#!/bin/bash\necho 'bob:Trub4dor-und-3-Katzen' | chpasswd\n").decode()
DPAPI = "01000000d08c9ddf0115d1118c7a00c04fc297eb0100000029b1a4e0c8d2"


@dataclass(frozen=True)
class Planted:
    """One kind of secret: its text (one or more lines), and what of it may be in no output."""

    name: str
    text: str
    secrets: tuple[str, ...]


def _of(name: str, text: str, *secrets: str) -> Planted:
    for number, secret in enumerate(secrets, 1):
        text = text.replace(f"%{number}", secret)
    return Planted(name, text, secrets)


def _pem(label: str, *, end: str = "", headers: str = "") -> Planted:
    text = f"-----BEGIN {label}-----\n{headers}{BODY}\n{BODY[::-1]}\n{LAST}\n-----END {end or label}-----"
    return Planted(f"pem {label.lower()}{', with headers' if headers else ''}", text, (BODY, BODY[::-1], LAST))


KINDS = (
    _of("sas of a blob", "PUT https://acct.blob.core.windows.net/c/d.vhd?sv=2018-03-28&sr=b&sig=%1&se=9999-01-01&sp=rw", SIG),
    _of("sas of a service", "https://acct.queue.core.windows.net/q?st=2025-01-01T00%3A00%3A00Z&se=2027-01-01&sp=raup&sv=2022-11-02&sig=%1", SIG),
    _of("sas of an account", "BlobEndpoint with ?sv=2022-11-02&ss=bfqt&srt=sco&sp=rwdlacup&se=2027-01-01T00:00:00Z&spr=https&sig=%1", SIG),
    _of("sas of a user", "https://a.blob.core.windows.net/c?skoid=11111111-2222-3333-4444-555555555555&sktid=x&skv=2022-11-02&sr=c&sig=%1", SIG),
    _of("sas, url-encoded", "redirect=https%3A%2F%2Fa.blob.core.windows.net%2Fc%3Fsv%3D2022-11-02%26sig%3D%1%26sp%3Drw", SIG.replace("%", "%25")),
    _of("sas in a connection string", "BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&ss=b&sig=%1", SIG),
    _of("storage connection string", "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=%1;EndpointSuffix=core.windows.net", KEY),
    _of("service bus", "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%1", HALF),
    _of("event hub", "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=%1;EntityPath=hub", HALF),
    _of("cosmos", "AccountEndpoint=https://acct.documents.azure.com:443/;AccountKey=%1;", KEY),
    _of("redis", "cache.redis.cache.windows.net:6380,password=%1,ssl=True,abortConnect=False", HALF),
    _of("sql server", "Server=tcp:db.database.windows.net,1433;User ID=bob;Password=%1;Encrypt=true;", PW),
    _of("postgres url", "postgresql://bob:%1@db.example.org:5432/erp", "Zo7kRw42xQv"),
    _of("mysql", "mysqldump -u root -p%1 --all-databases", PW),
    _of("key in json", '{"storageAccountName": "acct", "storageAccountKey": "%1"}', KEY),
    _of("key from the cli", '[{"keyName": "key1", "permissions": "FULL", "value": "%1"}]', KEY),
    _of("key in the environment", "export AZURE_STORAGE_KEY=%1", KEY),
    _of("key in powershell", '$c = New-AzStorageContext -StorageAccountName acct -StorageAccountKey "%1"', KEY),
    _of("secure string", 'ConvertTo-SecureString "%1" -AsPlainText -Force', PW),
    _of("secure string, written out", "Password: 76492d1116743f0423413b16050a5345%1", "MgB8AFcAbABRAGcAQgBoAGIAegBFAGoA"),
    _of("protected settings, cms", '"protectedSettings": "%1", "protectedSettingsCertThumbprint": "984B7E3A068318F3C3038D99D7BF738352E020B1"', CMS),
    _of("protected settings, plain", '{"protectedSettings": {"commandToExecute": "sh x.sh %1", "inner": {"k": ["%2"]}}, "publicSettings": {}}', PW, WORD),
    _of("protected settings in text", "protectedSettings=%1", "QmFzZTY0IG9mIHNvbWV0aGluZyBzZWNyZXQ="),
    _pem("RSA PRIVATE KEY"), _pem("PRIVATE KEY"), _pem("EC PRIVATE KEY"), _pem("OPENSSH PRIVATE KEY"),
    _pem("ENCRYPTED PRIVATE KEY"),
    _pem("RSA PRIVATE KEY", headers="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123\n\n"),
    _pem("PGP PRIVATE KEY BLOCK", headers="Version: GnuPG v2\n\n"),
    Planted("pem in json", f'{{"key": "-----BEGIN OPENSSH PRIVATE KEY-----\\n{BODY}\\n{LAST}\\n-----END OPENSSH PRIVATE KEY-----\\n"}}', (BODY, LAST)),
    Planted("putty", f"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 2\n{BODY}\n{LAST}\nPrivate-MAC: 0f1e", (BODY, LAST)),
    _of("pfx", "pfx=%1", "MIIJ+QIBAzCCCb8GCSqGSIb3DQEHAaCCCbAEggmsMIIJqDCCBF8GCSqGSIb3DQEHBqCCBFAwggRM"),
    _of("jwt", "token was %1 and expired", JWT),
    _of("bearer", "Authorization: Bearer %1", JWT),
    _of("basic", "Proxy-Authorization: Basic %1", "Ym9iOlRydWI0ZG9yLXVuZC0z"),
    _of("basic, no header", "sent auth Basic %1 to the proxy", "Ym9iOlRydWI0ZG9yLXVuZC0zLUthdHplbg=="),
    _of("shared key header", "Authorization: SharedKey acct:%1", HALF),
    _of("function key", "x-functions-key: %1", "kQ3h0aLk29sPq0Zx71"),
    _of("code in a link", "GET https://f.azurewebsites.net/api/x?code=%1", "kQ3h0aLk29sPq0Zx71kQ3h0aLk29sPq0Zx71azFu=="),
    _of("client secret", "az login --service-principal -u 11111111-2222-3333-4444-555555555555 -p %1 --tenant x", "abc8Q~Zx0123456789abcdefghijklmnopqrstuv"),
    _of("client secret in a form", "grant_type=client_credentials&client_id=x&client_secret=%1&resource=y", "kQ3h0aLk29sPq0Zx71"),
    _of("managed identity", '{"access_token": "%1", "expires_in": "86400", "token_type": "Bearer"}', JWT),
    _of("identity header", "IDENTITY_ENDPOINT=http://127.0.0.1/msi IDENTITY_HEADER=%1", "853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a"),
    _of("github", "git clone https://%1@github.com/o/r", GITHUB),
    _of("github, fine", "remote: %1", "github_pat_11ABCDEFG0abcdefghijkl_MNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"),
    _of("gitlab", "using %1 for the registry", "glpat-" + "x7Yz9AbCdEfGhIjKlMnO"),
    _of("npm", "//registry.npmjs.org/:_authToken=%1", "npm_" + "aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2"),
    _of("pypi", "twine upload said %1", "pypi-" + "AgEIcHlwaS5vcmcCJDEyMzQ1Njc4LTEyMzQtMTIzNC0xMjM0LTEyMzQ1Njc4OTBhYg"),
    _of("slack", "notify %1", "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"),
    _of("slack hook", "POST https://hooks.slack.com/services/%1", "T00000000/B00000000/XXXXxxxxXXXXxxxxXXXXxxxx"),
    _of("aws", "aws_access_key_id = %2\naws_secret_access_key = %1", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIA" + "IOSFODNN7EXAMPLE"),
    _of("gcp", "https://maps.example.org/x?key=%1", "AIza" + "SyA1234567890abcdefghijklmnopqrstuv"),
    _of("azure devops", "AZP_TOKEN=%1", "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"),
    _of("chpasswd", "echo 'bob:%1' | sudo chpasswd", PW),
    _of("chpasswd, here string", "chpasswd <<< 'bob:%1'", PW),
    _of("sshpass", "sshpass -p '%1' ssh bob@host", PW),
    _of("net user", "net user bob %1 /add", PW),
    _of("net use", r"net use Z: \\server\share %1 /user:CORP\bob", PW),
    _of("cmdkey", "cmdkey /add:server /user:bob /pass:%1", PW),
    _of("psexec", r"PsExec.exe \\server -u CORP\bob -p %1 cmd", PW),
    _of("schtasks", "schtasks /create /tn x /ru bob /rp %1 /tr y", PW),
    _of("curl", "curl -sk -u bob:%1 https://host/", PW),
    _of("url", "fetching https://bob:%1@host.example/path", "Zo7kRw42xQv"),
    _of("shadow", "bob:%1:19000:0:99999:7:::", "$6$rounds=5000$abcdefgh$0123456789abcdefghijklmnopqrstuv./ABCDEFGH"),
    _of("shadow, yescrypt", "bob:%1:19000:0:99999:7:::", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7"),
    _of("htpasswd", "bob:%1", "$apr1$ZjTqBB3f$IF9gdYAGlMrs2fuINjHsz."),
    _of("ovf-env", "<wa:UserName>bob</wa:UserName><wa:UserPassword>%1</wa:UserPassword>", PW),
    _of("admin password", '{"osProfile": {"adminUsername": "bob", "adminPassword": "%1"}}', PW),
    _of("unattend", "<AutoLogon><Password><Value>%1</Value><PlainText>true</PlainText></Password></AutoLogon>", PW),
    _of("unattend, lines", "<AdministratorPassword>\n <Value>%1</Value>\n</AdministratorPassword>", WORD),
    _of("cloud-init list", "chpasswd:\n  list: |\n    bob:%1\n    eve:%2\n  expire: False", PW, WORD),
    _of("cloud-init user", "  - name: bob\n    plain_text_passwd: %1\n    lock_passwd: false", WORD),
    _of("wifi", "<sharedKey><keyType>passPhrase</keyType><keyMaterial>%1</keyMaterial></sharedKey>", WORD),
    _of("wpa", 'ssid="office"\n psk="%1"', WORD),
    _of("vpn", '203.0.113.9 : PSK "%1"', WORD),
    _of("luks", "echo -n %1 | cryptsetup luksOpen /dev/sdc1 data -", PW),
    _of("bitlocker", "Recovery password: %1", "111111-222222-333333-444444-555555-666666-077777-088888"),
    _of("sudo", "echo %1 | sudo -S systemctl restart waagent", PW),
    _of("dpapi", "EncryptedData=%1", DPAPI),
    _of("dpapi, base64", "blob %1 end", "AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAAKbGk4MjS8UOZ"),
    _of("totp", "otpauth://totp/Example:bob?secret=%1&issuer=Example", "JBSWY3DPEHPK3PXP"),
    _of("custom data", "<CustomData>%1</CustomData>", SCRIPT),
    _of("custom data in json", '{"properties": {"customData": "%1"}}', SCRIPT),
    _of("cifs", "mount -t cifs //a.file.core.windows.net/s /mnt -o vers=3.0,username=a,password=%1,serverino", KEY),
    _of("docker", '{"auths": {"acr.example.org": {"auth": "%1"}}}', "Ym9iOlRydWI0ZG9yLXVuZC0zLUthdHplbg=="),
    _of("registry", '"DefaultPassword"="%1"', PW),
    _of("registry, listed", "    DefaultPassword    REG_SZ    %1", PW),
    _of("machine key", '<machineKey validationKey="%1" decryptionKey="%2" validation="SHA1"/>', "21F090935F6E49C2C797F69BBAAD8402ABD2EE0B667A8B44EA7DD4374267A75D", "ABAA84D7EC4BB56D75D217CECFFB9628809BDB8BF91CFCD64568A145BE59719F"),
    _of("ldap", "bindpw %1", PW),
    _of("workspace key", '{"workspaceId": "x", "workspaceKey": "%1"}', HALF),
    _of("application insights", "InstrumentationKey=%1;IngestionEndpoint=https://x/", "853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a"),
    _of("sendgrid", "mail via %1", "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr"),
    _of("postgres environment", "PGPASSWORD=%1 psql -h db", PW),
)  # fmt: skip
