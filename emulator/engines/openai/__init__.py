"""The engine that asks any server with OpenAI's protocol: Ollama, LM Studio, llama.cpp, vLLM."""
