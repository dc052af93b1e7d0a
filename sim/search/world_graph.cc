// Strong components by Boost.Graph, made smaller until what is left is fair.
#include "sim/search/world_graph.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <deque>
#include <set>
#include <utility>

#include "charm/types/check.h"

namespace sim {
namespace {

using Csr =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::uint32_t, std::uint32_t>;

constexpr std::uint32_t none = ~std::uint32_t{0};

template <class T>
void sort_unique(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

}  // namespace

WorldGraph::WorldGraph() { enabled_.push_back(actions_.id_of({})); }

std::size_t WorldGraph::bytes() const {
  return slots_.bytes() + enabled_.capacity() * sizeof(Id) + edges_.capacity() * sizeof(Edge);
}

WorldGraph::Node WorldGraph::node_of(std::uint64_t fingerprint) {
  const std::uint64_t key = KeySlots<Slot>::key_of(fingerprint);
  Slot* slot = &slots_[key];
  if (slot->key == key) return slot->node;
  if (slots_.is_crowded(worlds())) {
    slots_.grow();
    slot = &slots_[key];
  }
  const auto node = static_cast<Node>(enabled_.size());
  *slot = {key, node, 0};
  enabled_.push_back(actions_.id_of({}));
  return node;
}

void WorldGraph::enable(Node node, std::vector<Action> actions) {
  sort_unique(actions);
  const std::vector<Action>& known = actions_[enabled_[node]];
  if (std::ranges::includes(known, actions)) return;
  actions.insert(actions.end(), known.begin(), known.end());
  sort_unique(actions);
  enabled_[node] = actions_.id_of(actions);
}

void WorldGraph::add(Node from, Node to, const Step& step) {
  StepKey key{step.taken, step.options, step.is_owed};
  sort_unique(key.taken);
  while (!key.options.empty() && key.options.back() == 0) key.options.pop_back();
  edges_.push_back({from, to, steps_.id_of(key)});
}

// --- components ---

WorldGraph::Nodes WorldGraph::narrowed(const Nodes& nodes, Nodes& fair) const {
  std::vector<std::uint32_t> place(enabled_.size(), none);
  for (std::uint32_t at = 0; at < nodes.size(); ++at) place[nodes[at]] = at;
  const auto is_inner = [&](const Edge& edge) {
    return place[edge.from] != none && place[edge.to] != none && steps_[edge.step].is_owed;
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const Edge& edge : edges_) {
    if (is_inner(edge)) pairs.emplace_back(place[edge.from], place[edge.to]);
  }
  sort_unique(pairs);
  const Csr graph(boost::edges_are_sorted, pairs.begin(), pairs.end(),
                  static_cast<std::uint32_t>(nodes.size()));
  std::vector<std::uint32_t> component(nodes.size());
  const std::uint32_t count = boost::strong_components(
      graph,
      boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));

  std::vector<std::set<Action>> taken(count);
  std::vector<bool> goes_round(count, false);
  for (const Edge& edge : edges_) {
    if (!is_inner(edge)) continue;
    const std::uint32_t its = component[place[edge.from]];
    if (component[place[edge.to]] != its) continue;
    goes_round[its] = true;
    const std::vector<Action>& actions = steps_[edge.step].taken;
    taken[its].insert(actions.begin(), actions.end());
  }
  Nodes rest;
  std::vector<bool> is_fair = goes_round;
  for (std::uint32_t at = 0; at < nodes.size(); ++at) {
    const std::uint32_t its = component[at];
    if (!goes_round[its]) continue;
    if (std::ranges::includes(taken[its], actions_[enabled_[nodes[at]]])) {
      rest.push_back(nodes[at]);
    } else {
      is_fair[its] = false;
    }
  }
  // Of several that are fair, the one whose first world was met first.
  std::uint32_t chosen = none;
  for (const Node node : rest) {
    const std::uint32_t its = component[place[node]];
    if (chosen == none && is_fair[its]) chosen = its;
    if (its == chosen) fair.push_back(node);
  }
  return rest;
}

// Each turn takes away the worlds in which something is possible that no step of their component
// does; what is left may fall apart, and is looked at again.
WorldGraph::Nodes WorldGraph::fair_component() const {
  Nodes nodes;
  for (Node node = 1; node < enabled_.size(); ++node) nodes.push_back(node);
  Nodes fair;
  while (!nodes.empty() && fair.empty()) nodes = narrowed(nodes, fair);
  return fair;
}

// --- a run of it ---

// Shortest ways along the steps from each world.
class WorldGraph::Walks {
 public:
  explicit Walks(const WorldGraph& graph) : graph_(graph), order_(graph.edges_.size()) {
    for (std::uint32_t at = 0; at < order_.size(); ++at) order_[at] = at;
    std::ranges::sort(order_, {},
                      [&](std::uint32_t at) { return std::pair(graph.edges_[at].from, at); });
  }

  // From `here` to the first step that fits, and that step; at least one, if there is any such.
  // `within`: among these worlds alone, and by what is owed alone.
  template <class Fits>
  [[nodiscard]] std::vector<Edge> walk(Node here, const std::set<Node>* within,
                                       const Fits& fits) const {
    std::map<Node, std::uint32_t> came_by{{here, none}};
    std::deque<Node> waiting{here};
    for (; !waiting.empty(); waiting.pop_front()) {
      const Node node = waiting.front();
      const auto from = [this](std::uint32_t at) { return graph_.edges_[at].from; };
      for (const std::uint32_t at : std::ranges::equal_range(order_, node, {}, from)) {
        const Edge& edge = graph_.edges_[at];
        const bool is_owed = graph_.steps_[edge.step].is_owed;
        if (within != nullptr && (!is_owed || !within->contains(edge.to))) continue;
        if (fits(edge)) {
          std::vector<Edge> way = way_to(came_by, node);
          way.push_back(edge);
          return way;
        }
        if (came_by.try_emplace(edge.to, at).second) waiting.push_back(edge.to);
      }
    }
    return {};
  }

 private:
  [[nodiscard]] std::vector<Edge> way_to(const std::map<Node, std::uint32_t>& came_by,
                                         Node node) const {
    std::vector<Edge> way;
    for (std::uint32_t by = came_by.at(node); by != none; by = came_by.at(node)) {
      way.push_back(graph_.edges_[by]);
      node = way.back().from;
    }
    std::ranges::reverse(way);
    return way;
  }

  const WorldGraph& graph_;
  std::vector<std::uint32_t> order_;  // of the edges, by where they begin
};

WorldGraph::Round WorldGraph::round_in(const Nodes& nodes) const {
  const std::set<Node> within(nodes.begin(), nodes.end());
  std::set<Action> missing;
  for (const Node node : nodes) {
    const std::vector<Action>& actions = actions_[enabled_[node]];
    missing.insert(actions.begin(), actions.end());
  }
  Round found{.way = {}, .round = {}, .worlds = nodes.size()};
  const Walks walks(*this);
  Node here = beginning;
  const auto go = [&](const std::vector<Edge>& edges, std::vector<Options>& steps) {
    CHECK(!edges.empty());
    for (const Edge& edge : edges) {
      steps.push_back(steps_[edge.step].options);
      for (const Action action : steps_[edge.step].taken) missing.erase(action);
    }
    here = edges.back().to;
  };
  const std::set<Action> all = missing;
  go(walks.walk(here, nullptr, [&](const Edge& edge) { return within.contains(edge.to); }),
     found.way);
  missing = all;
  const Node first = here;
  const auto does_some = [&](const Edge& edge) {
    const std::vector<Action>& taken = steps_[edge.step].taken;
    return std::ranges::any_of(taken, [&](Action one) { return missing.contains(one); });
  };
  while (!missing.empty()) go(walks.walk(here, &within, does_some), found.round);
  if (here != first || found.round.empty()) {
    go(walks.walk(here, &within, [&](const Edge& edge) { return edge.to == first; }), found.round);
  }
  return found;
}

std::optional<WorldGraph::Round> WorldGraph::find_round() const {
  const Nodes nodes = fair_component();
  if (nodes.empty()) return std::nullopt;
  return round_in(nodes);
}

}  // namespace sim
