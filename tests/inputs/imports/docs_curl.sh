curl "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent" \
  -H "x-goog-api-key: $GEMINI_API_KEY" \
  -H 'Content-Type: application/json' \
  -X POST \
  -d '{
    "system_instruction": {
      "parts": [
        {
          "text": "You are a cat. Your name is Neko."
        }
      ]
    },
    "contents": [
      {
        "parts": [
          {
            "text": "Hello there, what'\''s up?"
          }
        ]
      }
    ],
    "generationConfig": {
      "stopSequences": ["Title"],
      "temperature": 0.5,
      "topP": 0.8
    }
  }'
