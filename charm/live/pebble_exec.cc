#include "charm/live/pebble_exec.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace charm::live {
namespace {

namespace beast = boost::beast;
namespace net = boost::asio;
using ErrorCode = boost::system::error_code;
using Unix = net::local::stream_protocol;

constexpr std::string_view end_of_stream = R"({"command":"end"})";
// sockaddr_un, without the zero at its end.
constexpr std::size_t longest_socket_path = 107;

// One websocket, from the connection to the frame that says that nothing more comes.
class Channel {
 public:
  Channel(net::io_context& context, std::string target, std::size_t most_bytes)
      : context_(context), socket_(context), target_(std::move(target)), most_bytes_(most_bytes) {
    socket_.read_message_max(most_bytes);
  }

  // Written as soon as it is connected; with nothing to write this is the end of it.
  void give_input(std::string_view input) { input_ = input; }
  void open(const Unix::endpoint& endpoint) {
    socket_.next_layer().async_connect(endpoint, [this](ErrorCode error) { on_connected(error); });
  }

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::string take_output() { return std::move(output_); }

 private:
  void on_connected(ErrorCode error) {
    if (error) return fail("the socket cannot be connected to");
    socket_.async_handshake("localhost", target_, [this](ErrorCode code) { on_open(code); });
  }

  // Reading goes on while the input is written: a command may answer before it has read it all.
  void on_open(ErrorCode error) {
    if (error) return fail("Pebble refuses the websocket");
    read();
    if (input_) write_input();
  }

  void write_input() {
    if (input_->empty()) return end_input();
    socket_.binary(true);
    socket_.async_write(net::buffer(*input_), [this](ErrorCode error, std::size_t) {
      if (!error) end_input();
    });
  }

  // What cannot be written is not read: a command may end before its input does.
  void end_input() {
    socket_.text(true);
    socket_.async_write(net::buffer(end_of_stream), [](ErrorCode, std::size_t) {});
  }

  void read() {
    socket_.async_read(buffer_, [this](ErrorCode error, std::size_t) { on_read(error); });
  }

  void on_read(ErrorCode error) {
    if (error == beast::websocket::error::message_too_big) return fail("too much output");
    if (error) return fail("the websocket was closed before the command had ended");
    const std::string frame = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    if (socket_.got_text()) {
      ended_ = is_end_of_stream(frame);
      return ended_ ? close() : fail("a frame that is none of Pebble's");
    }
    if (frame.size() > most_bytes_ - output_.size()) return fail("too much output");
    output_ += frame;
    read();
  }

  // Input that nobody has read is not waited for.
  void close() {
    ErrorCode ignored;
    (void)socket_.next_layer().close(ignored);
  }

  // Without it the command has no end: nobody waits for the other one.
  void fail(std::string_view why) {
    failure_ = why;
    context_.stop();
  }

  net::io_context& context_;
  beast::websocket::stream<Unix::socket> socket_;
  beast::flat_buffer buffer_;
  std::string target_;
  std::optional<std::string_view> input_;
  std::size_t most_bytes_;
  std::string output_;
  std::string failure_;
  bool ended_ = false;
};

std::string target_of(const PebbleId& task, std::string_view stream) {
  return std::string("/v1/tasks/").append(task).append("/websocket/").append(stream);
}

}  // namespace

std::expected<std::string, std::string> follow_command(const std::string& socket,
                                                       const PebbleId& task, std::string_view input,
                                                       const CommandLimits& limits) {
  if (socket.size() > longest_socket_path) return std::unexpected("the socket's path is too long");
  net::io_context context(1);
  // Both are at most as long as the output may be: what is written on the second is not kept.
  Channel stdio(context, target_of(task, "stdio"), limits.output_bytes);
  Channel errors(context, target_of(task, "stderr"), limits.output_bytes);
  stdio.give_input(input);
  const Unix::endpoint endpoint(socket);
  stdio.open(endpoint);
  errors.open(endpoint);
  context.run_for(limits.time);
  for (const Channel* channel : std::array<const Channel*, 2>{&stdio, &errors}) {
    if (!channel->failure().empty()) return std::unexpected(channel->failure());
  }
  if (!stdio.ended() || !errors.ended()) return std::unexpected("it does not end in time");
  return stdio.take_output();
}

}  // namespace charm::live
