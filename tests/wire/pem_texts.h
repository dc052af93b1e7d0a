// PEM blocks that have the shape of what they are called: each holds one DER sequence of one
// number.
#pragma once

#include <string>

namespace charm::wire::given {

inline std::string pem(const std::string& label, const std::string& base64 = "MAMCAQE=") {
  return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----";
}
inline std::string key() { return pem("RSA PRIVATE KEY"); }
inline std::string other_key() { return pem("PRIVATE KEY", "MAMCAQI="); }
inline std::string request() { return pem("CERTIFICATE REQUEST"); }
inline std::string certificate() { return pem("CERTIFICATE"); }
inline std::string ca() { return pem("CERTIFICATE", "MAMCAQI="); }
inline std::string chain() { return certificate() + '\n' + ca(); }

}  // namespace charm::wire::given
