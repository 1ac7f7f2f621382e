"""MSAL at the emulator's own address and at Microsoft's, with a secret and with a certificate by either thumbprint."""

import base64
import datetime
import json
import os

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

client_id, secret, tenant = (os.environ[f"ARM_{name}"] for name in ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID"))
microsoft = f"https://login.microsoftonline.com/{tenant}"


def token(authority, credential):
    application = msal.ConfidentialClientApplication(client_id, authority=authority, client_credential=credential)
    return application.acquire_token_for_client(["https://graph.microsoft.com/.default"])


def outcome(answer):
    return "ok" if "access_token" in answer else answer.get("error_description")


at_origin = token(f"{os.environ['EMULATOR_ORIGIN']}/{tenant}", secret)
at_microsoft = token(microsoft, secret)
claims = json.loads(base64.urlsafe_b64decode(at_microsoft["access_token"].split(".")[1] + "=="))

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
now = datetime.datetime.now(datetime.timezone.utc)
builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
day = datetime.timedelta(days=1)
certificate = builder.not_valid_before(now - day).not_valid_after(now + day).sign(key, hashes.SHA256())
headers = {"authorization": f"Bearer {at_microsoft['access_token']}"}
graph = "https://graph.microsoft.com/v1.0/applications"
encoded = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
body = {"keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": encoded}]}
requests.patch(f"{graph}(appId='{client_id}')", headers=headers, json=body, timeout=30).raise_for_status()
pem = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
public = certificate.public_bytes(serialization.Encoding.PEM).decode()
credentials = [
    {"private_key": pem, "thumbprint": certificate.fingerprint(hashes.SHA1()).hex()},
    {"private_key": pem, "public_certificate": public},
]
print(
    json.dumps(
        {
            "origin": outcome(at_origin),
            "microsoft": outcome(at_microsoft),
            "app_displayname": claims.get("app_displayname"),
            "certificate": [outcome(token(microsoft, credential)) for credential in credentials],
        }
    )
)
