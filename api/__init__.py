"""The HTTP surface: one blueprint per way of asking. It wires kg to Flask and holds no facts."""
