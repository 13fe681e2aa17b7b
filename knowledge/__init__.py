"""The knowledge base: articles, facts, the index over them, and the gate that decides what a
message gets.
"""
