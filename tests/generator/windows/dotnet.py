"""What .NET says when something fails: the exceptions that agent and extension write into their logs."""

from __future__ import annotations

from collections.abc import Iterable

CONNECT = "System.Net.WebException: Unable to connect to the remote server"
SOCKET = "System.Net.Sockets.SocketException: "
FORBIDDEN = SOCKET + "An attempt was made to access a socket in a way forbidden by its access permissions "
SILENT = (
    SOCKET + "A connection attempt failed because the connected party did not properly respond after a period of time, "
    "or established connection failed because connected host has failed to respond "
)
SOCKET_FRAMES = (
    "System.Net.Sockets.Socket.DoConnect(EndPoint endPointSnapshot, SocketAddress socketAddress)",
    "System.Net.ServicePoint.ConnectSocketInternal(Boolean connectFailure, Socket s4, Socket s6, Socket& socket, "
    "IPAddress& address, ConnectSocketState state, IAsyncResult asyncResult, Exception& exception)",
)
NO_SPACE = "System.IO.IOException: There is not enough space on the disk."
FILE_FRAMES = (
    "System.IO.__Error.WinIOError(Int32 errorCode, String maybeFullPath)",
    "System.IO.FileStream.WriteCore(Byte[] buffer, Int32 offset, Int32 count)",
)
COM = "System.Runtime.InteropServices.COMException"
INSTALL_FRAMES = (
    "COMAdmin.ICOMAdminCatalog2.InstallComponent(String bstrApplIDOrName, String bstrDLL, String bstrTLB, "
    "String bstrPSDLL)",
    "Microsoft.Azure.RecoveryServices.VMSnapshot.Provider.ProviderInstaller.Install()",
)


def exception(*parts: str, frames: Iterable[str] = ()) -> str:
    """Outermost first, inner ones after ' ---> ', then the stack."""
    return "\n".join([" ---> ".join(parts), *(f"   at {frame}" for frame in frames)])


def storage(status: str, *inner: str, code: str = "", says: str = "") -> str:
    """The storage client's exception; `code` and `says` are what storage answered."""
    text = exception(
        f"Microsoft.WindowsAzure.Storage.StorageException: {status}",
        *(inner or (f"System.Net.WebException: {status}",)),
    )
    return f"{text}\nErrorCode:{code}\nErrorMessage:{says}" if code else text


def com(number: int, says: str) -> str:
    """Installing the provider into the catalogue of COM+ failed."""
    return exception(f"{COM} (0x{number:08X}): {says} (Exception from HRESULT: 0x{number:08X})", frames=INSTALL_FRAMES)


def unhandled(what: str, *frames: str) -> str:
    """The text of .NET Runtime 1026, without the program."""
    stack = "\n".join(f"   at {frame}" for frame in frames)
    reason = "The process was terminated due to an unhandled exception."
    return f"Framework Version: v4.0.30319\nDescription: {reason}\nException Info: {what}\n{stack}\n"
