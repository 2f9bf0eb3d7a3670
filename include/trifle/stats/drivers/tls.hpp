#pragma once

namespace trifle::stats::drivers {

/// How a connection to a server is protected. From `Require` on it is encrypted or there is none: one that turns out to
/// be in clear text is refused before any statement is sent over it.
enum class Tls {
  Off,         ///< clear text
  Prefer,      ///< encrypted where the server offers it; whoever sits between may prevent it
  Require,     ///< encrypted; who the server is isn't checked
  VerifyCa,    ///< and its certificate is signed by an authority that is trusted
  VerifyFull,  ///< and it is made out to the host that was asked for
};

}  // namespace trifle::stats::drivers
