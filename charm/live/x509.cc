#include "charm/live/x509.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "charm/types/check.h"

namespace charm::live {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* item) const {
    Free(item);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Request = std::unique_ptr<X509_REQ, Deleter<X509_REQ_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Name = std::unique_ptr<X509_NAME, Deleter<X509_NAME_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), void (*)(STACK_OF(X509_EXTENSION)*)>;

constexpr int longest_text = 1 << 20;

// Without one, OpenSSL asks at the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writes*/, void* /*data*/) { return -1; }

Bio reading(std::string_view text) {
  if (text.size() > longest_text) text = {};
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Key read_key(std::string_view text) {
  return Key(PEM_read_bio_PrivateKey(reading(text).get(), nullptr, no_passphrase, nullptr));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool add(X509_NAME* name, int field, const std::string& text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes to OpenSSL.
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return X509_NAME_add_entry_by_NID(name, field, MBSTRING_UTF8, bytes,
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool add(GENERAL_NAMES* names, int kind, ASN1_STRING* value) {
  if (value == nullptr) return false;
  GENERAL_NAME* name = GENERAL_NAME_new();
  if (name == nullptr) return false;
  GENERAL_NAME_set0_value(name, kind, value);
  return sk_GENERAL_NAME_push(names, name) > 0;
}

ASN1_STRING* dns_name(const std::string& text) {
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  if (value != nullptr) ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
  return value;
}

bool add_subject(X509_REQ* request, const RequestNames& names) {
  const Name subject(X509_NAME_new());
  return add(subject.get(), NID_commonName, names.common_name) &&
         add(subject.get(), NID_x500UniqueIdentifier, names.unique_identifier) &&
         X509_REQ_set_subject_name(request, subject.get()) == 1;
}

bool add_alternative_names(X509_REQ* request, const RequestNames& names) {
  const GeneralNames all(GENERAL_NAMES_new());
  for (const std::string& one : names.dns) {
    if (!add(all.get(), GEN_DNS, dns_name(one))) return false;
  }
  for (const std::string& one : names.addresses) {
    if (!add(all.get(), GEN_IPADD, a2i_IPADDRESS(one.c_str()))) return false;
  }
  STACK_OF(X509_EXTENSION)* stack = nullptr;
  constexpr int not_critical = 0;
  const bool added = X509V3_add1_i2d(&stack, NID_subject_alt_name, all.get(), not_critical,
                                     X509V3_ADD_DEFAULT) == 1;
  const Extensions extensions(stack, [](STACK_OF(X509_EXTENSION) * one) {
    sk_X509_EXTENSION_pop_free(one, X509_EXTENSION_free);
  });
  return added && X509_REQ_add_extensions(request, extensions.get()) == 1;
}

Certificate next_certificate(BIO* bio) {
  return Certificate(PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr));
}

}  // namespace

std::string make_rsa_key() {
  const Key key(EVP_RSA_gen(2048U));
  const Bio out(BIO_new(BIO_s_mem()));
  CHECK(key && out);
  CHECK(PEM_write_bio_PrivateKey_traditional(out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1);
  return text_of(out.get());
}

bool is_private_key(std::string_view text) {
  const Key key = read_key(text);
  if (!key) return false;
  const int kind = EVP_PKEY_get_base_id(key.get());
  return kind == EVP_PKEY_RSA || kind == EVP_PKEY_EC;
}

std::optional<std::string> make_request(std::string_view key_text, const RequestNames& names) {
  const Key key = read_key(key_text);
  const Request request(X509_REQ_new());
  const bool made =
      key && request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
      add_subject(request.get(), names) && add_alternative_names(request.get(), names) &&
      X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0;
  const Bio out(BIO_new(BIO_s_mem()));
  if (!made || PEM_write_bio_X509_REQ(out.get(), request.get()) != 1) return std::nullopt;
  return text_of(out.get());
}

bool certifies(std::string_view certificate_text, std::string_view request_text) {
  const Certificate certificate = next_certificate(reading(certificate_text).get());
  const Request request(
      PEM_read_bio_X509_REQ(reading(request_text).get(), nullptr, no_passphrase, nullptr));
  if (!certificate || !request) return false;
  EVP_PKEY* of_certificate = X509_get0_pubkey(certificate.get());
  EVP_PKEY* of_request = X509_REQ_get0_pubkey(request.get());
  return of_certificate != nullptr && of_request != nullptr &&
         EVP_PKEY_eq(of_certificate, of_request) == 1;
}

bool are_certificates(std::string_view text) {
  constexpr std::string_view mark = "-----BEGIN ";
  std::size_t blocks = 0;
  for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) ++blocks;
  const Bio bio = reading(text);
  std::size_t read = 0;
  while (next_certificate(bio.get())) ++read;
  return read > 0 && read == blocks;
}

}  // namespace charm::live
