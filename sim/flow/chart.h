// A hook's flowchart as a graph: what a Mermaid file says, and what walks and proofs run on.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <boost/range/iterator_range_core.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim {

// The node where every walk begins.
inline constexpr std::string_view entry_id = "hook_fired";

enum class Shape : std::uint8_t {
  stadium,  // `([ ])`: the hook's beginning, or a return
  diamond,  // `{ }`: a decision
  box,      // `[ ]`: something is done
  flag,     // `> ]`: a deferral; it ends the hook unless an arrow leaves it
};

struct ChartNode {
  std::string id;
  std::string text;
  Shape shape = Shape::box;
  std::size_t line = 0;  // where it got its shape, from 1
};

struct ChartArrow {
  std::string label;  // empty: a plain arrow
  std::size_t line = 0;
};

// A node of a refined chart which the published one does not know or means differently, and why.
struct ChartDeviation {
  std::string node;
  std::string reason;
  std::size_t line = 0;

  friend bool operator==(const ChartDeviation&, const ChartDeviation&) = default;
};

class Chart {
 public:
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, ChartNode, ChartArrow>;
  using Node = Graph::vertex_descriptor;  // an index, in the order of the file
  using Arrow = Graph::edge_descriptor;

  Chart(std::string name, std::string file) : name_(std::move(name)), file_(std::move(file)) {}

  // The node with this id; it is added if there is none, as a box without text.
  Node ensure_node(std::string_view id) {
    if (const auto found = nodes_.find(id); found != nodes_.end()) return found->second;
    const Node node = boost::add_vertex(ChartNode{std::string(id), "", Shape::box, 0}, *graph_);
    nodes_.emplace(id, node);
    return node;
  }
  void set_node(Node node, std::string text, Shape shape, std::size_t line) {
    (*graph_)[node] = {id(node), std::move(text), shape, line};
  }
  void add_arrow(Node from, std::string label, Node to, std::size_t line) {
    boost::add_edge(from, to, ChartArrow{std::move(label), line}, *graph_);
  }
  void add_deviation(ChartDeviation deviation) { deviations_.push_back(std::move(deviation)); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::vector<ChartDeviation>& deviations() const { return deviations_; }

  [[nodiscard]] std::size_t size() const { return boost::num_vertices(*graph_); }
  [[nodiscard]] std::optional<Node> find(std::string_view id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? std::nullopt : std::optional(found->second);
  }
  // Every chart that has been read has one.
  [[nodiscard]] Node entry() const { return nodes_.find(entry_id)->second; }
  [[nodiscard]] const ChartNode& node(Node node) const { return (*graph_)[node]; }
  [[nodiscard]] const ChartArrow& arrow(const Arrow& arrow) const { return (*graph_)[arrow]; }
  [[nodiscard]] const std::string& id(Node node) const { return (*graph_)[node].id; }

  // In the order of the file.
  [[nodiscard]] auto arrows_from(Node node) const {
    return boost::make_iterator_range(boost::out_edges(node, *graph_));
  }
  [[nodiscard]] static Node source(const Arrow& arrow) { return arrow.m_source; }
  [[nodiscard]] static Node target(const Arrow& arrow) { return arrow.m_target; }
  [[nodiscard]] std::size_t arrow_count(Node node) const {
    return boost::out_degree(node, *graph_);
  }
  [[nodiscard]] bool is_terminal(Node node) const { return arrow_count(node) == 0; }

 private:
  std::string name_;
  std::string file_;
  // Behind a pointer, as Boost's graphs copy when they are moved.
  std::unique_ptr<Graph> graph_ = std::make_unique<Graph>();
  std::map<std::string, Node, std::less<>> nodes_;
  std::vector<ChartDeviation> deviations_;
};

}  // namespace sim
